"""Simulated board work: meetings, decisions, commitments, elections, trust rounds."""

from __future__ import annotations

from typing import Any

from demo.history.cast import MARK
from demo.history.life import Life
from demo.history.meetings import Agenda

NAMES = {"forum": "Forum", "council": "Dewan", "association": "Asosiasi", "customary": "Majelis"}
POSITIONS = {"police": "deputy", "forum": "chair", "school": "treasurer"}
DIMENSIONS = ("honesty", "sincerity", "transparency", "accountability", "strengthening", "benefit")
Outcomes = tuple[tuple[str, str, str], ...]
"""The outcome of a meeting: kind, mandate, text."""


async def constitute(life: Life, day: int, kind: str, term: int) -> None:
    """Constitute a board on which each party has a seat, and the forum also the secretary's."""
    await life.day(day)
    seats = [
        {
            "holder": str(body.people[0]),
            "organisation_id": str(body.id),
            "position": POSITIONS.get(key, "member"),
            "until": life.date(day + term),
        }
        for key, body in life.bodies.items()
    ]
    forum = life.bodies["forum"]
    seats.append({"holder": str(forum.people[1]), "organisation_id": str(forum.id), "position": "secretary"})
    body = {
        "partnership_id": life.partnership,
        "kind": kind,
        "name": f"{NAMES[kind]} {life.theme.name} {life.place} {MARK}",
        "quorum": 60,
        "seats": seats,
    }
    life.board = (await life.post("partners", "boards", body))["id"]


async def call(life: Life, day: int, title: str, points: tuple[str, ...] = ()) -> str:
    """Call a meeting ten days ahead; returns its id."""
    await life.day(day - 10)
    body = {
        "board_id": life.board,
        "title": title,
        "scheduled_at": life.moment(day, 3),
        "place": f"Balai {life.place}",
        "agenda": list(points or ("Laporan para pihak", title, "Lain-lain")),
    }
    return str((await life.post("partners", "meetings", body, by="secretary"))["id"])


async def call_off(life: Life, day: int, title: str, reason: str) -> None:
    """Call a meeting, and cancel it three days before its day."""
    meeting = await call(life, day, title)
    await life.day(day - 3)
    await life.post("partners", f"meetings/{meeting}/cancel", {"reason": reason}, by="secretary")


async def postpone(life: Life, meeting: str, day: int, to: int, reason: str) -> None:
    """Move a meeting to another day."""
    await life.day(day)
    body = {"scheduled_at": life.moment(to, 3), "reason": reason}
    await life.post("partners", f"meetings/{meeting}/reschedule", body, by="secretary")


async def meet(
    life: Life,
    day: int,
    title: str,
    outcomes: Outcomes = (),
    *,
    present: int = 5,
    points: tuple[str, ...] = (),
    owner: str = "police",
    due: int = 40,
    minutes: str = "",
    meant_for: int | None = None,
) -> list[str]:
    """Call (``meant_for`` an earlier day) and hold a meeting with outcomes; returns ids of commitments."""
    terms: dict[str, Any] = {
        "present": present,
        "points": points,
        "owner": owner,
        "due": due,
        "minutes": minutes,
    }
    recorded = await _meet(life, day, title, outcomes, meant_for=meant_for, **terms)
    return [outcome["commitment_id"] for outcome in recorded if outcome["commitment_id"]]


async def decide(life: Life, day: int, title: str, text: str, minutes: str) -> str:
    """Hold a meeting that decides one thing, with approved minutes; returns the id of the decision."""
    (outcome,) = await _meet(life, day, title, (("decision", "evaluate", text),), minutes=minutes)
    return str(outcome["id"])


async def _meet(
    life: Life,
    day: int,
    title: str,
    outcomes: Outcomes,
    *,
    present: int = 5,
    points: tuple[str, ...] = (),
    owner: str = "police",
    due: int = 40,
    minutes: str = "",
    meant_for: int | None = None,
) -> list[dict[str, Any]]:
    meeting = await call(life, day if meant_for is None else meant_for, title, points)
    if meant_for is not None:
        await postpone(life, meeting, meant_for - 2, day, "Ketua berhalangan hadir.")
    await life.day(day, 6)
    holders = await seated(life)
    held = {"held_at": life.moment(day, 3), "present": holders[:present]}
    await life.post("partners", f"meetings/{meeting}/hold", held, by="secretary")
    made: list[dict[str, Any]] = []
    for kind, mandate, text in outcomes:
        outcome: dict[str, Any] = {"kind": kind, "mandate": mandate, "text": text}
        if kind == "commitment":
            outcome["commitment"] = {
                "organisation_id": str(life.bodies[owner].id),
                "title": text,
                "due_on": life.date(day + due),
            }
        shown = await life.post("partners", f"meetings/{meeting}/outcomes", outcome, by="secretary")
        made += shown["outcomes"][-1:]
    if minutes:
        path, written = f"meetings/{meeting}/minutes", {"text": minutes}
        await life.call("PUT", "partners", path, written, by="secretary")
        await life.day(day + 2)
        await life.post("partners", f"meetings/{meeting}/minutes/approve", by="chair")
        life.decisions += [outcome["id"] for outcome in made if outcome["kind"] == "decision"]
    return made


async def talk(life: Life, day: int, agenda: Agenda, due: int = 40) -> list[str]:
    """Hold a meeting by its agenda, with a decision, a commitment and minutes; returns ids of commitments."""
    decided = ("decision", agenda.mandate, agenda.decision)
    promised = ("commitment", agenda.mandate, agenda.promise)
    said: dict[str, Any] = {"points": agenda.points, "owner": agenda.owner, "minutes": agenda.minutes}
    return await meet(life, day, agenda.title, (decided, promised), due=due, **said)


async def seated(life: Life) -> list[str]:
    """Who holds a seat today."""
    seats = (await life.call("GET", "partners", f"boards/{life.board}"))["seats"]
    return [seat["holder"] for seat in seats if seat["ended_on"] is None]


async def elect(life: Life, keys: tuple[str, ...], until: int) -> None:
    """Elect the people responsible for these bodies, each to a position."""
    voters = len(await seated(life))
    for key in keys:
        body = life.bodies[key]
        elected = {
            "holder": str(body.people[0]),
            "organisation_id": str(body.id),
            "position": POSITIONS.get(key, "member"),
            "until": life.date(until),
            "votes": voters - 1,
            "cast": voters,
        }
        await life.post("partners", f"boards/{life.board}/elections", elected, by="secretary")


async def vacate(life: Life, key: str, reason: str) -> None:
    """Vacate the seat of the person responsible for a body."""
    holder = str(life.bodies[key].people[0])
    seats = (await life.call("GET", "partners", f"boards/{life.board}"))["seats"]
    seat = next(seat["id"] for seat in seats if seat["holder"] == holder and seat["ended_on"] is None)
    path = f"boards/{life.board}/seats/{seat}/vacate"
    await life.post("partners", path, {"reason": reason}, by="secretary")


async def dissolve(life: Life, day: int, reason: str, decision: str) -> None:
    """Dissolve the board, as it has decided."""
    await life.day(day)
    body = {"reason": reason, "decision_id": decision}
    await life.post("partners", f"boards/{life.board}/dissolve", body, by="police")


async def keep(life: Life, commitments: list[str], day: int, by: str = "forum") -> None:
    """Have another party confirm that commitments were kept."""
    await life.day(day)
    for commitment in commitments:
        body = {"note": "Hasilnya diperiksa di tempat oleh dua pihak."}
        await life.post("partners", f"commitments/{commitment}/confirm", body, by=by)


async def give_up(life: Life, commitments: list[str], day: int, by: str, reason: str) -> None:
    """Have the owner of commitments give them up."""
    await life.day(day)
    for commitment in commitments:
        await life.post("partners", f"commitments/{commitment}/give-up", {"reason": reason}, by=by)


async def trust(life: Life, day: int, level: float, *, silent: tuple[str, ...] = ()) -> None:
    """Hold a sealed round in which the parties score one another around a level."""
    await life.day(day)
    body = {"partnership_id": life.partnership, "closes_at": life.moment(day + 14, 10)}
    opened = await life.post("partners", "trust-rounds", body, by="secretary")
    bound = {party["organisation_id"] for party in opened["parties"]}
    for number, (key, party) in enumerate(life.bodies.items()):
        if key in silent or str(party.id) not in bound:
            continue
        await life.day(day + 2 + number * 2)
        scores = [
            {"rated": rated} | {name: _score(life, level) for name in DIMENSIONS}
            for rated in sorted(bound - {str(party.id)})
        ]
        path = f"trust-rounds/{opened['id']}/scores"
        await life.call("PUT", "partners", path, {"scores": scores}, by=key)


def _score(life: Life, level: float) -> int:
    return max(1, min(5, round(life.chance.gauss(level, 0.5))))
