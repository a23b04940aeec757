"""Calendar (iCalendar, RFC 5545) of stages and measurements."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.programs.model.indicator import Indicator
from services.programs.model.program import Program
from services.programs.model.stage import Stage
from services.programs.queries.changes import last_changes
from services.programs.tables.indicators import indicators
from services.programs.tables.partnerships import partnerships
from services.programs.tables.programs import programs
from shared.contracts.vocabulary import ProgramState, StageState
from shared.database.transaction import UnknownAggregate
from shared.refusal import N_, Term

Translate = Callable[[str], str]
PRODID = "-//Kemitraan//programs//ID"
# Control characters are not allowed in a TEXT value (RFC 5545, 3.3.11).
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A calendar entry; ``sequence`` increases with every change of its subject (RFC 5545, 3.8.7.4)."""

    uid: str
    on: date
    summary: str
    description: str
    cancelled: bool
    sequence: int
    changed_at: datetime


def calendar(session: Session, partnership_id: UUID, translate: Translate, page: str) -> bytes:
    """The calendar of a signed partnership, in the language of ``translate``; raises ``UnknownAggregate``.

    Its entries link to a ``page``.
    """
    title = session.scalar(sa.select(partnerships.c.title).where(partnerships.c.id == partnership_id))
    if title is None:
        raise UnknownAggregate(kind=Term("partnership"), id=str(partnership_id))
    planned = session.scalars(
        sa.select(Program)
        .where(programs.c.partnership_id == partnership_id, programs.c.approved_at.is_not(None))
        .order_by(programs.c.id)
    ).all()
    measured = session.scalars(
        sa.select(Indicator).where(indicators.c.partnership_id == partnership_id).order_by(indicators.c.id)
    ).all()
    changed = last_changes(
        session,
        sa.select(programs.c.id).where(programs.c.partnership_id == partnership_id),
        sa.select(indicators.c.id).where(indicators.c.partnership_id == partnership_id),
    )
    given_up = {entry.id for entry in planned if entry.state is ProgramState.ABANDONED}
    entries = [
        *(entry for program in planned for entry in _of_program(program, changed[program.id], translate)),
        *(
            entry
            for indicator in measured
            for entry in _of_indicator(
                indicator, changed[indicator.id], indicator.program_id in given_up, translate
            )
        ),
    ]
    name = translate(N_("%(title)s: stages and measurements")) % {"title": title}
    return written(name, sorted(entries, key=lambda item: (item.on, item.uid)), page)


def written(title: str, entries: Sequence[Entry], page: str) -> bytes:
    """The iCalendar file; the same entries give the same bytes."""
    from icalendar import Calendar, Event  # large, and rarely requested

    file = Calendar()
    file.add("prodid", PRODID)
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("name", _readable(title))
    file.add("x-wr-calname", _readable(title))
    file.add("refresh-interval", timedelta(hours=6), parameters={"value": "DURATION"})
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", entry.changed_at)
        event.add("last-modified", entry.changed_at)
        event.add("sequence", entry.sequence)
        event.add("dtstart", entry.on)
        event.add("dtend", entry.on + timedelta(days=1))
        event.add("url", page)
        event.add("summary", _readable(entry.summary))
        event.add("description", _readable(entry.description))
        event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
        # A reminder blocks no time.
        event.add("transp", "TRANSPARENT")
        file.add_component(event)
    text: bytes = file.to_ical()
    return text


def _of_program(program: Program, changed_at: datetime, translate: Translate) -> Iterator[Entry]:
    abandoned = program.state is ProgramState.ABANDONED
    for stage in program.stages:
        for mark, on, text in _days(stage):
            yield Entry(
                uid=f"stage-{stage.id}-{mark}@programs.kemitraan",
                on=on,
                summary=translate(text) % {"title": stage.title},
                description=program.title,
                cancelled=stage.state is StageState.SKIPPED or (abandoned and not stage.done),
                sequence=program.version,
                changed_at=changed_at,
            )


def _days(stage: Stage) -> Iterator[tuple[str, date, str]]:
    if stage.planned_start is not None:
        yield "start", stage.planned_start, N_("Begins: %(title)s")
    if stage.planned_end is not None:
        yield "end", stage.planned_end, N_("Due: %(title)s")


def _of_indicator(
    indicator: Indicator, changed_at: datetime, abandoned: bool, translate: Translate
) -> Iterator[Entry]:
    for period in indicator.in_order:
        yield Entry(
            uid=f"period-{period.id}-end@programs.kemitraan",
            on=period.ends,
            summary=translate(N_("To be measured: %(title)s")) % {"title": indicator.title},
            description=f"{period.starts.isoformat()}/{period.ends.isoformat()}",
            cancelled=abandoned and period.current is None,
            sequence=indicator.version,
            changed_at=changed_at,
        )


def _readable(text: str) -> str:
    return _CONTROL.sub("\ufffd", text)
