"""Monthly summary of a partnership."""

from __future__ import annotations

import asyncio
import calendar
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from babel.dates import format_skeleton

from services.portal.papers.sheet import Json, Paper, Status, Writer
from services.portal.queries.partnerships import party_names
from services.portal.queries.reader import WHOLE, Reader
from shared.contracts.vocabulary import (
    ActivityState,
    CommitmentState,
    ContributionState,
    MeetingState,
    OutcomeKind,
    StageState,
)
from shared.i18n import N_

LISTS = {
    "meetings": "partners",
    "commitments": "partners",
    "programs": "programs",
    "activities": "programs",
    "contributions": "programs",
    "problems": "programs",
    "products": "products",
}
"""What a summary counts, by the service that has it."""
AT_WORK = (StageState.IN_PROGRESS, StageState.SUBMITTED, StageState.RETURNED)
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Month:
    """A month."""

    first: date

    @classmethod
    def of(cls, text: str, today: date) -> Self:
        """The month that is written ``2026-10``, or else the current one."""
        if written := _MONTH.fullmatch(text):
            return cls(date(int(written[1]), int(written[2]), 1))
        return cls(today.replace(day=1))

    @property
    def last(self) -> date:
        """Its last day."""
        return self.first.replace(day=calendar.monthrange(self.first.year, self.first.month)[1])

    @property
    def before(self) -> Month:
        """The month before."""
        return Month((self.first - timedelta(days=1)).replace(day=1))

    @property
    def after(self) -> Month:
        """The month after."""
        return Month(self.last + timedelta(days=1))

    def __contains__(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


async def read(reader: Reader, partnership_id: str) -> Json:
    """A partnership with everything that a month counts; raises :class:`NotThere`."""
    partnership = await reader.get("partners", f"partnerships/{partnership_id}")
    if partnership is None:
        return {}
    listed = await asyncio.gather(
        *(
            reader.items(service, name, pages=WHOLE, partnership_id=partnership_id)
            for name, service in LISTS.items()
        )
    )
    told = dict(zip(LISTS, listed, strict=True))
    told["problems"] = await asyncio.gather(
        *(reader.get("programs", f"problems/{problem['id']}") for problem in told["problems"])
    )
    return {"partnership": partnership, **told}


def summary(writer: Writer, told: Mapping[str, Any], month: Month, today: date) -> Paper:
    """What was done in a month, what is late, and what is next."""
    partnership = told["partnership"]
    names = party_names(partnership)
    counts = {str(item): list(_counts(writer, told, item)) for item in (month, month.before)}
    head = (N_("In numbers"), _name(writer, month), _name(writer, month.before))
    pairs = zip(counts[str(month)], counts[str(month.before)], strict=True)
    rows = [[writer.say(name), writer.number(now), writer.number(then)] for (name, now), (_, then) in pairs]
    blocks = [writer.table(head, rows, (3, 1, 1), numbers=(1, 2))]
    sections = (
        (N_("Decisions"), _decisions(writer, told, month)),
        (N_("Incidents by problem"), _incidents(writer, told, month)),
        (N_("In progress today"), _stages(writer, told, names)),
        (N_("Late today"), _late(writer, told, names)),
        (N_("Next month"), _next(writer, told, month.after)),
    )
    for title, items in sections:
        shown = list(items)
        blocks.append(writer.heading(title))
        blocks.append(writer.points(shown) if shown else writer.paragraph(writer.say(N_("None."))))
    blocks.append(writer.signatures(N_("Written by"), N_("Acknowledged by another party")))
    running = Status(
        N_("Month in progress"), N_("This month is not over; the numbers can still rise."), "draft"
    )
    title = writer.say(N_("Summary of %(month)s")) % {"month": _name(writer, month)}
    return Paper(
        title=title,
        summary=partnership["problem"],
        partnership=partnership["title"],
        record={
            "partnership": partnership["id"],
            "counts": {key: [number for _, number in value] for key, value in counts.items()},
        },
        status=running if today <= month.last else None,
        blocks=blocks,
    )


def _name(writer: Writer, month: Month) -> str:
    return str(format_skeleton("yMMMM", month.first, locale=writer.locale))


def _counts(writer: Writer, told: Mapping[str, Any], month: Month) -> Iterator[tuple[str, int]]:
    """The numbers of a month, each with its name."""

    def within(rows: Iterable[Mapping[str, Any]], field: str) -> list[Mapping[str, Any]]:
        return [row for row in rows if row[field] and writer.date(row[field]) in month]

    meetings = within(told["meetings"], "held_on")
    done = [item for item in within(told["activities"], "on") if item["state"] == ActivityState.RECORDED]
    stages = [stage for program in told["programs"] for stage in program["stages"]]
    signals = [signal for problem in told["problems"] for signal in problem["signals"]]
    verified = [item for item in told["contributions"] if item["state"] == ContributionState.VERIFIED]
    yield N_("Meetings held"), len(meetings)
    yield N_("Decisions taken"), len(list(_of_kind(meetings, OutcomeKind.DECISION)))
    yield N_("Activities"), len(done)
    yield N_("People reached"), sum(item["reached"] for item in done)
    yield N_("Stages completed"), len(within(stages, "completed_at"))
    yield N_("Contributions verified"), len(within(verified, "judged_at"))
    yield N_("Commitments kept"), len(within(told["commitments"], "kept_on"))
    yield N_("Incidents"), sum(len(within(problem["incidents"], "on")) for problem in told["problems"])
    yield N_("Early signs observed"), len(within(signals, "on"))
    yield N_("Early signs acted on"), len(within(signals, "acted_on"))
    yield N_("Products published"), len(within(told["products"], "published_at"))


def _of_kind(meetings: Iterable[Mapping[str, Any]], kind: OutcomeKind) -> Iterator[Mapping[str, Any]]:
    return (outcome for meeting in meetings for outcome in meeting["outcomes"] if outcome["kind"] == kind)


def _decisions(writer: Writer, told: Mapping[str, Any], month: Month) -> Iterator[str]:
    for meeting in told["meetings"]:
        if meeting["held_on"] and writer.date(meeting["held_on"]) in month:
            for decision in _of_kind([meeting], OutcomeKind.DECISION):
                hidden = writer.say(N_("the text is not public"))
                yield f"{writer.day(meeting['held_on'])}: {decision['text'] or hidden}"


def _incidents(writer: Writer, told: Mapping[str, Any], month: Month) -> Iterator[str]:
    pattern = writer.say(N_("%(title)s: %(now)s (the month before: %(then)s)"))
    for problem in told["problems"]:
        days = [date.fromisoformat(incident["on"]) for incident in problem["incidents"]]
        now, then = (sum(day in item for day in days) for item in (month, month.before))
        if now or then:
            yield pattern % {"title": problem["title"], "now": now, "then": then}


def _stages(writer: Writer, told: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    for program in told["programs"]:
        for stage in program["stages"]:
            if stage["state"] in AT_WORK:
                yield _stage(writer, program, stage, names)


def _stage(
    writer: Writer, program: Mapping[str, Any], stage: Mapping[str, Any], names: Mapping[str, str]
) -> str:
    parts = [
        program["title"],
        f"{stage['position']}. {stage['title']}",
        names.get(stage["responsible"], "–"),
        writer.word(stage["state"], StageState),
    ]
    if stage["planned_end"]:
        parts.append(writer.say(N_("due %(day)s")) % {"day": writer.day(stage["planned_end"])})
    return " · ".join(parts)


def _late(writer: Writer, told: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    for program in told["programs"]:
        for stage in program["stages"]:
            if stage["overdue"]:
                yield _stage(writer, program, stage, names)
    for commitment in told["commitments"]:
        if commitment["state"] == CommitmentState.OVERDUE:
            yield _commitment(writer, commitment, names)


def _commitment(writer: Writer, commitment: Mapping[str, Any], names: Mapping[str, str]) -> str:
    due = writer.say(N_("due %(day)s")) % {"day": writer.day(commitment["due_on"])}
    return f"{names.get(commitment['organisation_id'], '–')} · {commitment['title']} · {due}"


def _next(writer: Writer, told: Mapping[str, Any], month: Month) -> Iterator[str]:
    names = party_names(told["partnership"])
    coming = [
        (meeting["scheduled_at"], f"{writer.moment(meeting['scheduled_at'])} · {meeting['title']}")
        for meeting in told["meetings"]
        if meeting["state"] == MeetingState.CALLED and writer.date(meeting["scheduled_at"]) in month
    ]
    coming += [
        (commitment["due_on"], _commitment(writer, commitment, names))
        for commitment in told["commitments"]
        if commitment["state"] == CommitmentState.OPEN and writer.date(commitment["due_on"]) in month
    ]
    coming += [
        (stage["planned_end"], _stage(writer, program, stage, names))
        for program in told["programs"]
        for stage in program["stages"]
        if stage["state"] in (StageState.PLANNED, *AT_WORK)
        and stage["planned_end"]
        and date.fromisoformat(stage["planned_end"]) in month
    ]
    return (text for _, text in sorted(coming))
