"""A partnership with its people, its clock and its timers, as boards, meetings and promises need them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.partners.service import service
from shared.clock import MovableClock
from shared.contracts.envelope import Envelope
from shared.database import timers
from shared.database.tables import outbox
from tests.support.system import Answer, System, system

BASE = "/api/partners/v1"
START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
"""The morning of a Monday in Jakarta, where the day began at 17:00 UTC of the day before."""
TODAY = date(2026, 1, 5)
DAY = timedelta(days=1)
NOBODY = "00000000-0000-4000-8000-000000000000"


@dataclass
class Assembly:
    """A running registry with one signed partnership of a police, a village, a school and an observer."""

    system: System
    clock: MovableClock
    partnership: str = ""
    organisations: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)

    @property
    def coordinator(self) -> str:
        """A coordinator's token."""
        return self.system.token("coordinator", person="p-coordinator")

    @property
    def secretary(self) -> str:
        """A secretary's token."""
        return self.system.token("secretary", person="p-secretary")

    @property
    def chair(self) -> str:
        """The token of Ani, who presides, without any role."""
        return self.member("Ani")

    def representative(self, party: str) -> str:
        """The token of a party's representative."""
        return self.system.representative(UUID(self.organisations[party]))

    def member(self, name: str) -> str:
        """The token of one of the people, without any role."""
        return self.system.token(person=self.people[name])

    async def post(self, path: str, body: Any = None, *, by: str | None, **headers: str) -> Answer:
        """A POST by the bearer of a token."""
        return await self.system.call("POST", f"{BASE}/{path}", body, token=by, **headers)

    async def put(self, path: str, body: Any, *, by: str | None) -> Answer:
        """A PUT by the bearer of a token."""
        return await self.system.call("PUT", f"{BASE}/{path}", body, token=by)

    async def get(self, path: str, *, by: str | None = None, **headers: str) -> Answer:
        """A GET."""
        return await self.system.call("GET", f"{BASE}/{path}", token=by, **headers)

    async def made(self, path: str, body: Any = None, *, by: str) -> Any:
        """The body of a POST that succeeds."""
        answer = await self.post(path, body, by=by)
        assert answer.status in (200, 201), answer.body
        return answer.body

    async def refused(self, path: str, body: Any = None, *, by: str | None) -> str:
        """The name of the refusal that a POST meets."""
        answer = await self.post(path, body, by=by)
        assert answer.status in range(400, 500), (answer.status, answer.body)
        name: str = answer.body["type"].removeprefix("/problems/")
        return name

    async def sign(self, *parties: str, version: int = 1) -> None:
        """The lead proposes a charter, and these parties sign it."""
        path = f"partnerships/{self.partnership}"
        charter = {"vision": "Hidup lebih baik", "mission": "Mencegah dan memulihkan", "means": ["act"]}
        await self.made(f"{path}/charter", charter, by=self.representative("police"))
        for party in parties:
            body = {"charter_version": version}
            await self.made(f"{path}/signatures", body, by=self.representative(party))

    async def people_of(self, party: str, *names: str) -> None:
        """Register people as members of a party's organisation."""
        for name in names:
            person = await self.made("persons", {"name": name}, by=self.coordinator)
            self.people[name] = person["id"]
            membership = {
                "person_id": person["id"],
                "organisation_id": self.organisations[party],
                "role": "anggota",
                "since": str(TODAY),
            }
            await self.made("memberships", membership, by=self.coordinator)

    def seat(self, name: str, party: str, position: str = "member", **more: Any) -> dict[str, Any]:
        """A seat for one of the people."""
        return {
            "holder": self.people[name],
            "organisation_id": self.organisations[party],
            "position": position,
            **more,
        }

    def board_body(self, *seats: dict[str, Any], **more: Any) -> dict[str, Any]:
        """A board to constitute."""
        return {
            "partnership_id": self.partnership,
            "kind": "forum",
            "name": "FKPM Contoh",
            "seats": list(seats) or [self.seat("Ani", "village", "chair"), self.seat("Budi", "police")],
            **more,
        }

    async def board(self, *seats: dict[str, Any], **more: Any) -> Any:
        """A board that was constituted: Ani of the village presides, Budi of the police is a member."""
        return await self.made("boards", self.board_body(*seats, **more), by=self.coordinator)

    def meeting_body(self, board: str, **more: Any) -> dict[str, Any]:
        """A meeting to call, in three days."""
        return {
            "board_id": board,
            "title": "Rapat bulanan",
            "scheduled_at": (self.clock.now() + 3 * DAY).isoformat(),
            "place": "Balai desa",
            "agenda": ["Balap liar", "Ronda malam"],
            **more,
        }

    async def meeting(self, board: str, **more: Any) -> Any:
        """A meeting that was called."""
        return await self.made("meetings", self.meeting_body(board, **more), by=self.chair)

    async def held(self, board: str, *names: str, **more: Any) -> Any:
        """A meeting that was called and held three days later; the clock moves on to then."""
        meeting = await self.meeting(board, **more)
        return await self.held_later(meeting["id"], *names)

    async def held_later(self, meeting: str, *names: str) -> Any:
        """A meeting that takes place in three days; the clock moves on to then."""
        self.clock.move(3 * DAY)
        return await self.hold(meeting, *names)

    async def hold(self, meeting: str, *names: str) -> Any:
        """Record that a meeting takes place now."""
        body = {"held_at": self.clock.now().isoformat(), "present": [self.people[name] for name in names]}
        return await self.made(f"meetings/{meeting}/hold", body, by=self.chair)

    async def decided(self, board: str = "") -> str:
        """A decision in approved minutes of a board of Ani and Budi; returns its id."""
        board = board or (await self.board())["id"]
        meeting = await self.meeting(board, scheduled_at=self.clock.now().isoformat())
        await self.hold(meeting["id"], "Ani", "Budi")
        path = f"meetings/{meeting['id']}"
        outcome = {"kind": "decision", "mandate": "evaluate", "text": "Kita berhenti"}
        decision: str = (await self.made(f"{path}/outcomes", outcome, by=self.chair))["outcomes"][0]["id"]
        assert (await self.put(f"{path}/minutes", {"text": "Notula"}, by=self.chair)).status == 200
        await self.made(f"{path}/minutes/approve", None, by=self.member("Budi"))
        return decision

    async def end(self) -> Any:
        """The partnership, which its lead ends by a decision."""
        body = {"reason": "selesai", "decision_id": await self.decided()}
        path = f"partnerships/{self.partnership}/end"
        return await self.made(path, body, by=self.representative("police"))

    async def pass_time(self, by: timedelta) -> None:
        """Go on in time and fire what became due."""
        self.clock.move(by)
        await self.fire()

    async def fire(self) -> None:
        """Fire what is due."""
        timer_runner = self.system.runtimes[0].timer_runner
        assert timer_runner is not None
        await timer_runner.fire()

    async def timers(self, about: str) -> dict[str, datetime]:
        """The timers that wait for something, and when they are due."""
        waiting = await self.system.runtimes[0].database.read(lambda session: timers.listed(session, 500))
        return {timer.name: timer.due_at for timer in waiting if str(timer.about) == about}

    async def events(self, *about: str) -> list[Envelope]:
        """What was recorded, of everything or of some aggregates."""
        query = sa.select(outbox.c.envelope).order_by(outbox.c.sequence)
        rows = await self.system.runtimes[0].database.read(
            lambda session: list(session.connection().execute(query).scalars())
        )
        found = [Envelope.decode(row) for row in rows]
        return [event for event in found if not about or str(event.aggregate_id) in about]

    async def names(self, *about: str) -> list[str]:
        """The names of those events."""
        return [event.name for event in await self.events(*about)]

    async def rows(self, table: sa.Table) -> list[Any]:
        """All rows of a table."""
        return await self.system.runtimes[0].database.read(
            lambda session: list(session.connection().execute(sa.select(table)))
        )


@asynccontextmanager
async def assembled(folder: Path, database_url: str) -> AsyncIterator[Assembly]:
    """The registry on a database, with a partnership and people of each party."""
    clock = MovableClock(START)
    # On SQLite the service keeps its own file in the folder.
    url = "" if database_url.startswith("sqlite") else database_url
    async with system(folder, [service], url, clock=clock) as running:
        here = Assembly(running, clock)
        await _begin(here)
        yield here


async def _begin(here: Assembly) -> None:
    """Register who takes part; they form the partnership and sign its charter."""
    roles = {"police": "lead", "village": "member", "school": "member", "radio": "observer"}
    kinds = {"police": "police", "village": "community", "school": "school", "radio": "media"}
    for party, kind in kinds.items():
        here.organisations[party] = str(await here.system.organisation(f"Contoh {party}", kind))
    body = {
        "title": "Aman bersama",
        "area": "35.15",
        "problem": "Balap liar di jalan desa",
        "parties": [
            {
                "organisation_id": here.organisations[party],
                "role": role,
                "contributes": "kerja",
                "gains": "aman",
            }
            for party, role in roles.items()
        ],
    }
    formed = await here.made("partnerships", body, by=here.coordinator)
    here.partnership = formed["id"]
    await here.sign("police", "village", "school")
    await here.people_of("village", "Ani", "Citra", "Dewi")
    await here.people_of("police", "Budi", "Eko")
    await here.people_of("school", "Fitri")
