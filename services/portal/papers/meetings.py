"""Attendance list and minutes of a meeting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from services.portal.papers.sheet import Json, Paper, Status, Writer
from services.portal.queries.partnerships import party_names
from services.portal.queries.reader import Reader
from shared.contracts.vocabulary import Mandate, MeetingState, OutcomeKind, Position
from shared.i18n import N_

FREE_ROWS = 10
"""The rows of an attendance list for guests and observers."""
ROW_HEIGHT = 11
"""The height of a row to sign in, in millimetres."""
OFF = (MeetingState.CANCELLED, MeetingState.LAPSED)
DECIDED = ("approved_at", "minutes_public", "quorate", "present", "seats")
_TERM = ("since", "until", "ended_on")
SHOWN = ("id", "title", "place", "agenda", "scheduled_at", "ends_at", "state", "held_at", "held_on")


async def read(reader: Reader, meeting_id: str) -> Json:
    """A meeting with its board and its partnership; raises :class:`NotThere`."""
    meeting = await reader.get("partners", f"meetings/{meeting_id}")
    if meeting is None:
        return {}
    return {
        "meeting": meeting,
        "board": await reader.get("partners", f"boards/{meeting['board_id']}"),
        "partnership": await reader.get("partners", f"partnerships/{meeting['partnership_id']}"),
    }


def attendance_list(writer: Writer, told: Mapping[str, Any]) -> Paper:
    """A list to sign: a row for each seat, without names, and rows for guests."""
    meeting, board, names = told["meeting"], told["board"], party_names(told["partnership"])
    day = writer.date(meeting["held_on"] or meeting["scheduled_at"])
    seats = list(_held(board, day))
    rows = [
        [
            str(number),
            "",
            f"{names.get(seat['organisation_id'], '–')} · {writer.word(seat['position'], Position)}",
            "",
        ]
        for number, seat in enumerate(seats, 1)
    ]
    guests = [[str(number), "", "", ""] for number in range(len(rows) + 1, len(rows) + 1 + FREE_ROWS)]
    head = (N_("No."), N_("Name"), N_("Organisation and office"), N_("Signature"))
    widths = (0, 3, 3.4, 2.2)
    return Paper(
        title=meeting["title"],
        summary=board["name"],
        partnership=told["partnership"]["title"],
        record={"seats": [seat["id"] for seat in seats], **_record(meeting)},
        status=_status(meeting),
        blocks=[
            _about(writer, meeting),
            writer.heading(N_("Members of the board")),
            writer.table(head, rows, widths, height=ROW_HEIGHT),
            writer.heading(N_("Guests and observers")),
            writer.table(head, guests, widths, height=ROW_HEIGHT),
            writer.signatures(N_("Chair of the meeting"), N_("Secretary")),
        ],
    )


def minutes(writer: Writer, told: Mapping[str, Any]) -> Paper:
    """The minutes, marked as a draft until they are approved."""
    meeting, board = told["meeting"], told["board"]
    blocks = [_about(writer, meeting), *_attendance(writer, meeting)]
    if meeting["agenda"]:
        blocks += [writer.heading(N_("Agenda")), writer.points(meeting["agenda"])]
    blocks.append(writer.heading(N_("Outcomes")))
    if meeting["outcomes"]:
        head = (N_("Kind"), N_("Mandate"), N_("Outcome"))
        blocks.append(writer.table(head, _outcomes(writer, meeting), (1.2, 1.2, 4)))
    else:
        blocks.append(writer.paragraph(writer.say(N_("No outcome was recorded."))))
    blocks.append(writer.heading(N_("Minutes")))
    if meeting["minutes"]:
        blocks += writer.paragraphs(meeting["minutes"])
    else:
        blocks.append(writer.paragraph(_withheld(writer, meeting)))
    blocks.append(writer.signatures(N_("Chair of the meeting"), N_("Secretary")))
    outcomes = [
        {name: outcome[name] for name in ("id", "kind", "mandate")} for outcome in meeting["outcomes"]
    ]
    decided = {name: meeting[name] for name in DECIDED}
    draft = Status(N_("Draft"), N_("These minutes have not been approved yet."), "draft")
    return Paper(
        title=meeting["title"],
        summary=board["name"],
        partnership=told["partnership"]["title"],
        record={"outcomes": outcomes, **decided, **_record(meeting)},
        status=_status(meeting) or (None if meeting["approved_at"] else draft),
        blocks=blocks,
    )


def _record(meeting: Mapping[str, Any]) -> Json:
    return {name: meeting[name] for name in SHOWN}


def _status(meeting: Mapping[str, Any]) -> Status | None:
    if meeting["state"] in OFF:
        word = MeetingState(meeting["state"]).label
        return Status(word, N_("This meeting did not take place, or was never recorded."), "over")
    return None


def _about(writer: Writer, meeting: Mapping[str, Any]) -> Json:
    began = meeting["held_at"] or meeting["scheduled_at"]
    return writer.facts(
        (
            (N_("Time"), writer.moment(began)),
            (N_("Place"), meeting["place"]),
            (N_("State"), writer.word(meeting["state"], MeetingState)),
            (N_("Notice of the meeting"), _call(writer, meeting)),
        )
    )


def _call(writer: Writer, meeting: Mapping[str, Any]) -> str:
    if meeting["entered_afterwards"]:
        return writer.say(N_("spontaneous, recorded afterwards"))
    return writer.moment(meeting["called_at"])


def _attendance(writer: Writer, meeting: Mapping[str, Any]) -> Iterator[Json]:
    """How many were present, by side; who was present stays on the list that they signed."""
    if not meeting["held_at"]:
        return
    quorum = N_("with a quorum") if meeting["quorate"] else N_("without a quorum")
    counted = writer.say(N_("%(present)s of %(seats)s present")) % {
        "present": meeting["present"],
        "seats": meeting["seats"],
    }
    sides = writer.say(N_("police: %(police)s, others: %(others)s")) % {
        "police": meeting["police_present"],
        "others": meeting["others_present"],
    }
    guests = writer.number(meeting["guests"]) if meeting["guests"] else None
    yield writer.facts(
        (
            (N_("Attendance"), f"{counted} ({sides}), {writer.say(quorum)}"),
            (N_("Guests and observers"), guests),
        )
    )


def _outcomes(writer: Writer, meeting: Mapping[str, Any]) -> Iterator[list[str]]:
    for outcome in meeting["outcomes"]:
        text = outcome["text"]
        yield [
            writer.word(outcome["kind"], OutcomeKind),
            writer.word(outcome["mandate"], Mandate),
            _withheld(writer, meeting) if text is None else text,
        ]


def _withheld(writer: Writer, meeting: Mapping[str, Any]) -> str:
    if meeting["withheld_because"]:
        return writer.say(N_("The minutes are not public: %(reason)s")) % {
            "reason": meeting["withheld_because"]
        }
    if meeting["approved_at"] or meeting["held_at"]:
        return writer.say(N_("The text becomes public with the minutes."))
    return writer.say(N_("The meeting has not been held yet."))


def _held(board: Mapping[str, Any], day: date) -> Iterator[Mapping[str, Any]]:
    """The seats that are held on a day: through the end of their term, unless they ended before."""
    for seat in board["seats"]:
        since, until, ended = (seat[name] and date.fromisoformat(seat[name]) for name in _TERM)
        if since <= day and (until is None or day <= until) and (ended is None or day < ended):
            yield seat
