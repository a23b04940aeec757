"""A partnership of three parties that makes products, spoken to over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any, Self
from uuid import UUID, uuid4

import aiohttp
import sqlalchemy as sa
from sqlalchemy.orm import Session

from demo import files
from services.products.tables.partnerships import REGISTRY, partnerships
from shared.clock import MovableClock
from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.partners import PartnershipSigned
from shared.host.runtime import ServiceRuntime
from shared.identity.actor import Actor
from tests.support.system import Answer, System
from tests.support.wait import eventually

BASE = "/api/products/v1"
TODAY = date(2026, 1, 5)
"""The day on which a MovableClock begins, in Sidoarjo as in Greenwich."""

LEGAL: dict[str, Any] = {
    "number": "Perpol 1/2021",
    "issuer": "Kepolisian Negara Republik Indonesia",
    "in_force_from": "2021-02-05",
    "in_force_until": None,
    "means": ["educate", "coordinate"],
    "areas": ["35.15"],
    "actors": ["police", "community"],
    "rank": "police_regulation",
}


def content(**facts: Any) -> dict[str, Any]:
    """The content of a draft; ``facts`` are other than usual."""
    words = {
        "language": "id",
        "title": "Petunjuk ronda",
        "summary": "Cara meronda",
        "body": "# Ronda\n\nBerdua.",
    }
    usual: dict[str, Any] = {
        "phases": ["prevention"],
        "audiences": ["residents"],
        "media": ["print", "electronic"],
        "texts": [words],
    }
    return usual | facts


@dataclass
class World:
    """A running service, a partnership, and those who act for its parties."""

    here: System
    clock: MovableClock
    partnership: UUID
    police: UUID
    village: UUID
    school: UUID
    outsider: UUID = field(default_factory=uuid4)

    @classmethod
    async def founded(cls, here: System, clock: MovableClock) -> Self:
        """A partnership whose charter was signed."""
        world = cls(here, clock, *(uuid4() for _ in range(4)))
        await world.sign(world.partnership, world.police, world.village, world.school)
        return world

    @property
    def runtime(self) -> ServiceRuntime:
        """The running service."""
        return next(runtime for runtime in self.here.runtimes if runtime.service.name == "products")

    # --- what other services publish ---------------------------------------------------------------

    async def hear(self, event: Event, agency: str = "polresta-contoh") -> None:
        """Publish what another service published."""
        envelope = Envelope(
            id=uuid4(),
            publisher=event.publisher,
            name=event.event_name,
            version=event.event_version,
            aggregate_id=event.aggregate_id,
            aggregate_version=1,
            agency=agency,
            time=self.clock.now(),
            correlation_id="test",
            causation_id="test",
            data=event.model_dump(mode="json"),
        )
        await self.runtime.bus.request(
            envelope.subject, envelope.encode(), headers={"Nats-Msg-Id": str(envelope.id)}
        )

    async def sign(
        self,
        partnership: UUID,
        *organisations: UUID,
        agency: str = "polresta-contoh",
        observer: UUID | None = None,
        area: str = "35.15",
    ) -> None:
        """Have a partnership signed by these parties, the first one of them police; one may observe it."""
        facts = [
            {
                "party_id": uuid4(),
                "organisation_id": organisation,
                "organisation_name": f"Organisasi {number}",
                "kind": "community" if number else "police",
                "role": "observer" if organisation == observer else "member" if number else "lead",
            }
            for number, organisation in enumerate(organisations)
        ]
        event = PartnershipSigned.model_validate(
            {
                "partnership_id": partnership,
                "charter_version": 1,
                "title": "Aman bersama",
                "area": area,
                "parties": facts,
            }
        )
        await self.hear(event, agency)
        await self.projected(lambda known: set(organisations) == {item for item, _ in known}, partnership)

    async def projected(self, holds: Any, partnership: UUID | None = None) -> None:
        """Wait until what is known of the parties (id and name) is as it should be."""

        def known(session: Session) -> set[tuple[UUID, str]]:
            parties = REGISTRY.tables.parties
            query = sa.select(parties.c.organisation_id, parties.c.name).where(
                parties.c.partnership_id == (partnership or self.partnership)
            )
            return {(one, name) for one, name in session.execute(query)}

        async def ready() -> bool:
            return bool(holds(await self.runtime.database.read(known)))

        await eventually(ready)

    async def ended(self) -> bool:
        """Whether the end of the partnership has been heard of."""
        query = sa.select(partnerships.c.ended).where(partnerships.c.id == self.partnership)
        return bool(await self.runtime.database.read(lambda session: session.scalar(query)))

    def coordinator(self, agency: str = "polresta-contoh") -> str:
        """A token of a coordinator of that agency."""
        actor = Actor(person="p-2", agency=agency, roles=frozenset({"coordinator"}))
        return self.here.key.mint(actor, clock=self.clock)

    # --- acts ------------------------------------------------------------------------------------------

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        by: UUID | None = None,
        token: str | None = None,
        **headers: str,
    ) -> Answer:
        """A request for an organisation, or for nobody."""
        token = token or (self.here.representative(by) if by else None)
        return await self.here.call(
            method, path if path.startswith("/api/") else BASE + path, body, token=token, **headers
        )

    async def get(self, path: str, by: UUID | None = None) -> Any:
        """What is shown; it must be there."""
        answer = await self.call("GET", path, by=by)
        assert answer.status == 200, answer.body
        return answer.body

    async def drafted(self, kind: str = "guidance", **facts: Any) -> dict[str, Any]:
        """A product that the police drafted."""
        body = content(**facts) | {"kind": kind, "partnership_id": str(self.partnership)}
        answer = await self.call("POST", "/products", body, by=self.police)
        assert answer.status == 201, answer.body
        product: dict[str, Any] = answer.body
        return product

    async def act(
        self, product: dict[str, Any], verb: str, by: UUID | None = None, body: Any = None
    ) -> Answer:
        """One act on a product, by the police if nobody else is named."""
        return await self.call("POST", f"/products/{product['id']}/{verb}", body, by=by or self.police)

    async def done(
        self, product: dict[str, Any], verb: str, by: UUID | None = None, body: Any = None
    ) -> dict[str, Any]:
        """An act that is accepted."""
        answer = await self.act(product, verb, by, body)
        assert answer.status in (200, 201), answer.body
        done: dict[str, Any] = answer.body
        return done

    async def publish(self, product: dict[str, Any]) -> dict[str, Any]:
        """Bring the newest version, a draft, to its publication."""
        await self.done(product, "submit")
        for party in (self.police, self.village):
            await self.done(product, "approve", party)
        return await self.done(product, "publish")

    async def published(self, kind: str = "guidance", **facts: Any) -> dict[str, Any]:
        """A product that is published."""
        return await self.publish(await self.drafted(kind, **facts))

    async def umbrella(self, title: str = "Perpol 1/2021", **legal: Any) -> dict[str, Any]:
        """A published legal umbrella."""
        words = {"language": "id", "title": title, "body": "Isi peraturan."}
        return await self.published("legal_umbrella", texts=[words], legal=LEGAL | legal)

    async def upload(
        self,
        product: dict[str, Any],
        body: bytes | BytesIO = b"",
        name: str = "petunjuk.pdf",
        media_type: str = "application/pdf",
        by: UUID | None = None,
        **facts: str,
    ) -> Answer:
        """Add a file to a draft."""
        form = aiohttp.FormData(facts, quote_fields=False)
        form.add_field("file", body or files.pdf("Petunjuk", "Baris"), filename=name, content_type=media_type)
        return await self.call("POST", f"/products/{product['id']}/files", form, by=by or self.police)

    async def revoke(self, umbrella: str, on: str, replaced_by: str | None = None) -> Answer:
        """Record that a regulation was revoked."""
        body = {"on": on, "replaced_by": replaced_by}
        return await self.call("POST", f"/umbrellas/{umbrella}/revoke", body, by=self.police)

    async def events(self, product: dict[str, Any], by: UUID | None = None) -> list[dict[str, Any]]:
        """The timeline of a product, as the village sees it if nobody else is named."""
        found: list[dict[str, Any]] = await self.get(
            f"/products/{product['id']}/timeline", by or self.village
        )
        return found

    # --- time --------------------------------------------------------------------------------------

    async def on(self, day: date, hour: int = 1) -> int:
        """Go to a moment of a day (UTC; Sidoarjo is seven hours ahead) and fire what is due."""
        self.clock.set(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))
        timer_runner = self.runtime.timer_runner
        assert timer_runner is not None
        fired = await timer_runner.fire()
        # Its own round may be under way; when nothing is due any more, all of it has happened.
        await eventually(self._quiet)
        return fired

    async def _quiet(self) -> bool:
        timer_runner = self.runtime.timer_runner
        assert timer_runner is not None
        earliest = await timer_runner.earliest()
        return earliest is None or earliest > self.clock.now()

    async def later(self, **time: int) -> int:
        """Go on by some time and fire what is due."""
        moment = self.clock.now() + timedelta(**time)
        return await self.on(moment.date(), moment.hour)


def names(events: list[dict[str, Any]]) -> list[str]:
    """The names of events, in their order."""
    return [event["event"].partition(".")[0] for event in events]


def refused(answer: Answer) -> tuple[int, str]:
    """The status and the name of a refusal."""
    return answer.status, answer.body["type"].removeprefix("/problems/")
