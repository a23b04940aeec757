"""Somebody of whom every service holds something, in a whole system."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from services.registry import service
from shared.clock import Clock, MovableClock
from shared.contracts.audit import ACTS
from shared.host.service import Service
from tests.identity.world import GOOD
from tests.support.known import heard_of
from tests.support.postgres import Postgres
from tests.support.smtp import SmtpSink
from tests.support.system import System, system
from tests.support.wait import eventually

AGENCY = "polresta-contoh"
TODAY = "2026-01-05"
NAMES = ("Sekar Wulan Kinasih", "Sekar Wulan Purbaningrum")
EMAILS = ("sekar.kinasih@warga.example", "sekar.purbaningrum@warga.example", "sekar@gagal.example")
PHONES = ("+6281255501974", "+6281377704455")
USER_NAME = "swkinasih77"
VALUES = (*NAMES, *EMAILS, *PHONES, USER_NAME)
"""All that was ever entered of the person, also what was corrected since."""


@dataclass
class Life:
    """A system in which somebody takes part."""

    here: System
    smtp: SmtpSink
    person: str = ""
    token: str = ""
    account: str = ""
    membership: str = ""
    board: str = ""
    subscriptions: list[str] = field(default_factory=list)

    @property
    def administrator(self) -> str:
        """An administrator's token."""
        return self.here.token("administrator", "coordinator", person="host")

    async def made(self, path: str, body: Any = None, *, by: str | None = None, **headers: str) -> Any:
        """The body of a POST that succeeds; the path begins with the service."""
        name, _, rest = path.partition("/")
        url = f"/api/{name}/v1/{rest}"
        answer = await self.here.call("POST", url, body, token=by or self.administrator, **headers)
        assert answer.status in (200, 201, 204), (path, answer.status, answer.body)
        return answer.body

    async def refused(self, path: str, body: Any = None, *, by: str | None = None) -> tuple[int, str]:
        """The status and the name of the refusal that a POST meets."""
        name, _, rest = path.partition("/")
        answer = await self.here.call("POST", f"/api/{name}/v1/{rest}", body, token=by or self.administrator)
        assert answer.status >= 400, (answer.status, answer.body)
        return answer.status, answer.body["type"].removeprefix("/problems/")

    async def got(self, path: str, *, by: str | None = None) -> Any:
        """The body of a GET that succeeds."""
        name, _, rest = path.partition("/")
        answer = await self.here.call("GET", f"/api/{name}/v1/{rest}", token=by or self.administrator)
        assert answer.status == 200, (answer.status, answer.body)
        return answer.body

    async def erase(self, why: str = "asked") -> str:
        """Erase the person and wait until every service has finished; returns the erasure's id."""
        ordered = await self.made(f"identity/persons/{self.person}/erase", {"why": why})
        await self.finished(ordered["id"])
        found: str = ordered["id"]
        return found

    async def finished(self, erasure: str) -> None:
        """Wait until every service has finished."""

        async def complete() -> bool:
            shown = await self.got(f"identity/erasures/{erasure}")
            return all(one["finished_at"] for one in shown["services"]) and bool(shown["complete"])

        await eventually(complete, timeout=30)

    async def take_part(self) -> None:
        """Be registered, corrected, a member, seated, and open an account with the wrong password first."""
        again = {"Idempotency_Key": "register-sekar"}
        body = {"name": NAMES[0], "email": EMAILS[0], "phone": PHONES[0]}
        self.person = (await self.made("partners/persons", body, **again))["id"]
        await self.made("partners/persons", body, **again)
        body = {"name": NAMES[1], "email": EMAILS[1], "phone": PHONES[1]}
        await self.made(f"partners/persons/{self.person}/amend", body)
        partnership, _, village = await self.here.signed_partnership()
        body = {"person_id": self.person, "organisation_id": str(village), "role": "ketua", "since": TODAY}
        self.membership = (await self.made("partners/memberships", body))["id"]
        seat = {"holder": self.person, "organisation_id": str(village), "position": "chair"}
        board = {"partnership_id": str(partnership), "kind": "forum", "name": "FKPM", "seats": [seat]}
        self.board = (await self.made("partners/boards", board))["id"]

    async def sign_in(self) -> None:
        """Get an account, enter with a wrong password and with the right one, and make an API token."""
        operator = self.here.token("operator")
        await self.made("identity/agencies", {"slug": AGENCY, "name": "Polresta Contoh"}, by=operator)
        body = {"user_name": USER_NAME, "display_name": NAMES[1], "email": EMAILS[1]}
        await heard_of(self.here, self.person)
        link = await self.made(
            "identity/accounts", body | {"person_id": self.person, "roles": ["coordinator"]}
        )
        self.account = link["account"]["id"]
        await self.made("identity/links/use", {"secret": link["secret"], "password": GOOD})
        wrong = {"user_name": USER_NAME, "password": f"{NAMES[1]} {GOOD}", "code": ""}
        assert await self.refused("identity/sessions", wrong) == (401, "sign-in-refused")
        entered = await self.made("identity/sessions", {"user_name": USER_NAME, "password": GOOD, "code": ""})
        self.token = entered["access_token"]
        ends = (self.here.clock.now() + timedelta(days=30)).isoformat()
        token: dict[str, Any] = {
            "name": f"Laptop {NAMES[1]}",
            "roles": [],
            "reads_only": True,
            "ends_at": ends,
        }
        await self.made("identity/api-tokens", token, by=self.token)

    async def subscribe(self) -> None:
        """Ask for notices at an address that takes them and one that does not, and in the inbox."""
        self.smtp.answers[EMAILS[2]] = f"550 5.1.1 no {EMAILS[2]} here"
        for address in EMAILS[1:]:
            body = {"channel": "email", "address": address}
            again = {"Idempotency_Key": f"subscribe-{address}"}
            made = await self.made("notifications/subscriptions", body, by=self.token, **again)
            self.subscriptions.append(made["id"])
        await self.made("notifications/subscriptions", {"channel": "inbox"}, by=self.token)
        (mail,) = await eventually(lambda: self.smtp.messages_to(EMAILS[1]))
        plain = mail.get_body(("plain",))
        assert plain is not None
        found = re.search(r"confirm\?token=([\w-]+)", plain.get_content())
        assert found is not None
        await self.made("notifications/confirmations", {"token": found[1]})

        async def dead() -> bool:
            listed = (await self.got("notifications/deliveries"))["items"]
            return "dead" in [one["state"] for one in listed]

        await eventually(dead)
        invalid = {"channel": "email", "address": f"{EMAILS[1]} {PHONES[1]}"}
        assert await self.refused("notifications/subscriptions", invalid, by=self.token) == (
            422,
            "invalid-request",
        )
        assert await self.refused("partners/persons", {"name": NAMES[1], "email": f"{EMAILS[1]}@@"}) == (
            422,
            "invalid-request",
        )


def services() -> list[Service]:
    """All services that hold data."""
    return [service(name) for name in ACTS]


@asynccontextmanager
async def life(
    folder: Path, smtp: SmtpSink, postgres: Postgres | None, *, clock: Clock | None = None, **settings: Any
) -> AsyncIterator[Life]:
    """Somebody's life; it is Monday, 5 January 2026, unless a clock says otherwise."""
    url = postgres.create_databases(ACTS) if postgres is not None else ""
    given = {"smtp_url": smtp.url} | settings
    async with system(folder, services(), url, clock=clock or MovableClock(), **given) as here:
        one = Life(here, smtp)
        await one.take_part()
        await one.sign_in()
        await one.subscribe()
        yield one
