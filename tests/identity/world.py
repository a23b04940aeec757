"""What the tests of identity do over and over: found an agency, open accounts, sign in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from services.identity.tables.accounts import organisations
from shared.clock import MovableClock
from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.database.tables import outbox
from shared.database.transaction import Context
from shared.identity.actor import SYSTEM
from tests.support.known import put_person
from tests.support.system import Answer, System
from tests.support.wait import eventually

BASE = "/api/identity/v1"
AGENCY = "polresta-contoh"
GOOD = "kuda hijau menari di atap"
BETTER = "tujuh payung dan satu jendela"
SECOND = timedelta(seconds=1)


@dataclass
class Office:
    """Identity with an agency, and those who speak to it."""

    system: System
    clock: MovableClock

    @property
    def administrator(self) -> str:
        """The token of an administrator of the agency, minted on the host."""
        return self.system.token("administrator", person="host")

    async def post(self, path: str, body: Any = None, *, by: str | None = None, **headers: str) -> Answer:
        """A POST by the bearer of a token."""
        return await self.system.call("POST", f"{BASE}{path}", body, token=by, **headers)

    async def made(self, path: str, body: Any = None, *, by: str | None = None) -> Any:
        """The body of a POST that succeeds."""
        answer = await self.post(path, body, by=by)
        assert answer.status in (200, 201, 204), (answer.status, answer.body)
        return answer.body

    async def refused(self, path: str, body: Any = None, *, by: str | None = None) -> tuple[int, str]:
        """The status and the name of the refusal that a POST meets."""
        answer = await self.post(path, body, by=by)
        assert answer.status >= 400, (answer.status, answer.body)
        return answer.status, answer.body["type"].removeprefix("/problems/")

    async def get(self, path: str, *, by: str | None = None) -> Answer:
        """A GET by the bearer of a token."""
        return await self.system.call("GET", f"{BASE}{path}", token=by)

    @property
    def operator(self) -> str:
        """The token of whoever runs the system, who may make other operators."""
        return self.system.token("administrator", "operator", person="host")

    async def organisation(self, known: UUID | None = None) -> str:
        """The id of an organisation that the agency has registered, as identity would have heard it."""
        (runtime,) = [one for one in self.system.runtimes if one.service.name == "identity"]
        row = {"id": known or uuid4(), "agency": AGENCY}
        context = Context(SYSTEM, "test", "test")
        await runtime.database.write(context, lambda tx: tx.insert(organisations, row))
        return str(row["id"])

    async def heard_of(self, organisation_id: str) -> None:
        """Wait until identity knows by whom an organisation was registered."""
        (runtime,) = [one for one in self.system.runtimes if one.service.name == "identity"]
        query = sa.select(organisations.c.id).where(organisations.c.id == UUID(organisation_id))

        async def known() -> bool:
            return await runtime.database.read(lambda session: bool(session.connection().scalar(query)))

        await eventually(known)

    async def registered(self, agency: str = AGENCY, *, retired: bool = False) -> str:
        """The id of a person whom an agency has registered, as identity would have heard it."""
        person = uuid4()
        await put_person(self.system, person, agency, retired=retired)
        return str(person)

    async def invited(self, name: str, *roles: str, **more: Any) -> Any:
        """A new account with the link that was made for its owner."""
        body = {"user_name": name, "display_name": f"Orang {name}", "roles": roles, **more}
        if more.get("organisation_id"):
            await self.heard_of(more["organisation_id"])
        return await self.made("/accounts", body, by=self.operator)

    async def account(self, name: str, *roles: str, password: str = GOOD, **more: Any) -> str:
        """A new account whose owner has set the password; returns its id."""
        made = await self.invited(name, *roles, **more)
        await self.made("/links/use", {"secret": made["secret"], "password": password})
        found: str = made["account"]["id"]
        return found

    async def try_to_enter(self, name: str, password: str = GOOD, code: str = "") -> Answer:
        """An attempt to sign in."""
        return await self.post("/sessions", {"user_name": name, "password": password, "code": code})

    async def entered(self, name: str, password: str = GOOD, code: str = "") -> Any:
        """A session that began, with access."""
        answer = await self.try_to_enter(name, password, code)
        assert answer.status == 201, answer.body
        return answer.body

    async def person(self, name: str, *roles: str, **more: Any) -> str:
        """The access token of somebody new who has signed in."""
        await self.account(name, *roles, **more)
        token: str = (await self.entered(name))["access_token"]
        return token

    async def events(self) -> list[Event]:
        """Every event that was recorded, oldest first."""
        (runtime,) = [one for one in self.system.runtimes if one.service.name == "identity"]
        query = sa.select(outbox.c.envelope).order_by(outbox.c.sequence)
        rows = await runtime.database.read(lambda session: session.connection().execute(query).all())
        return [Envelope.decode(row[0]).event() for row in rows]

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self.clock.move(by)


async def founded(system: System) -> Office:
    """The office with its agency."""
    assert isinstance(system.clock, MovableClock)
    office = Office(system, system.clock)
    await office.made("/agencies", {"slug": AGENCY, "name": "Polresta Contoh"}, by=system.token("operator"))
    return office


def person_of(entry: Any) -> UUID:
    """Whom an entry let in."""
    return UUID(entry["person"])
