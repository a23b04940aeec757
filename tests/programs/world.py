"""What tests of the programmes begin with: a signed partnership, a problem, a programme, evidence."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import aiohttp

from services.programs.service import service
from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.partners import (
    DecisionTaken,
    MinutesApproved,
    PartnershipEnded,
    PartnershipSigned,
    PartyFacts,
    PartyLeft,
)
from shared.contracts.products import LegalFacts, ProductPublished
from shared.contracts.vocabulary import (
    Language,
    Mandate,
    Medium,
    OrganisationKind,
    PartyRole,
    Phase,
    ProductKind,
)
from shared.database import outbox
from shared.database.transaction import Context, Transaction
from shared.host.runtime import ServiceRuntime
from shared.identity.actor import SYSTEM, Actor
from tests.support.system import Answer, System

BASE = "/api/programs/v1"
AGENCY = "polresta-contoh"
AGREED = ["programme-proposed", "programme-endorsed", "programme-endorsed", "programme-approved"]
"""What is told of a programme that :func:`approved` makes."""
BINDING = ("skip", "reassign", "replan")
"""Acts on a stage that may need a decision of the board."""


@dataclass(frozen=True)
class Partnership:
    """A signed partnership: the police lead, the village is a member, the school observes."""

    police: UUID = field(default_factory=uuid4)
    village: UUID = field(default_factory=uuid4)
    school: UUID = field(default_factory=uuid4)
    id: UUID = field(default_factory=uuid4)
    title: str = "Aman bersama"
    area: str = "35.15"

    @property
    def signed(self) -> PartnershipSigned:
        """What the registry publishes of it."""
        members: tuple[tuple[UUID, str, OrganisationKind, PartyRole], ...] = (
            (self.police, "Polresta Contoh", OrganisationKind.POLICE, PartyRole.LEAD),
            (self.village, "Forum Desa Contoh", OrganisationKind.COMMUNITY, PartyRole.MEMBER),
            (self.school, "Sekolah Contoh", OrganisationKind.SCHOOL, PartyRole.OBSERVER),
        )
        return PartnershipSigned(
            partnership_id=self.id,
            charter_version=1,
            title=self.title,
            area=self.area,
            parties=tuple(
                PartyFacts(
                    party_id=uuid4(), organisation_id=item, organisation_name=name, kind=kind, role=role
                )
                for item, name, kind, role in members
            ),
        )


def runtime_of(here: System) -> ServiceRuntime:
    """The running programmes."""
    (found,) = [runtime for runtime in here.runtimes if runtime.service.name == "programs"]
    return found


async def hear(here: System, event: Event, agency: str = AGENCY) -> None:
    """Have the programmes hear an event of another service, without a broker's delay."""
    context = Context(actor=SYSTEM, correlation_id="test", causation_id="test")

    def apply(tx: Transaction) -> None:
        tx.agency = agency
        for projection in service.projections:
            if event.type() in projection.handlers:
                projection.handlers[event.type()](tx, event)

    await runtime_of(here).database.write(context, apply)


async def publish(here: System, event: PartnershipSigned | PartyLeft | PartnershipEnded) -> None:
    """Have the registry publish an event over the broker."""
    (registry,) = [runtime for runtime in here.runtimes if runtime.service.name == "partners"]
    context = Context(actor=SYSTEM, correlation_id="test", causation_id="test")

    def append(tx: Transaction) -> None:
        envelope = Envelope(
            id=tx.new_id(),
            publisher=event.publisher,
            name=event.event_name,
            version=event.event_version,
            aggregate_id=event.aggregate_id,
            aggregate_version=1,
            agency=AGENCY,
            time=tx.now,
            correlation_id="test",
            causation_id="test",
            data=event.model_dump(mode="json"),
        )
        outbox.append(tx.session.connection(), [envelope])

    await registry.database.write(context, append)
    registry.database.has_events()


async def signed(here: System, agency: str = AGENCY, area: str = "35.15") -> Partnership:
    """A signed partnership that the programmes know."""
    partnership = Partnership(area=area)
    await hear(here, partnership.signed, agency)
    return partnership


def stranger(here: System, *roles: str, organisation: UUID | None = None) -> str:
    """A token of another agency; a coordinator's, unless roles are given."""
    actor = Actor("p-2", "polresta-lain", organisation, frozenset(roles or ("coordinator",)))
    return here.key.mint(actor, clock=here.clock)


def regulation(product_id: UUID, version: int = 1, **legal: Any) -> ProductPublished:
    """What the products publish of a legal umbrella, in force in 2025 and 2026."""
    facts: dict[str, Any] = {
        "number": "Perpol 1/2021",
        "issuer": "Polri",
        "in_force_from": date(2025, 1, 1),
        "in_force_until": date(2026, 12, 31),
        "means": ("educate",),
        "areas": ("ID",),
        "actors": ("police",),
    }
    return ProductPublished(
        product_id=product_id,
        partnership_id=uuid4(),
        product_version=version,
        title="Pemolisian masyarakat",
        kind=ProductKind.LEGAL_UMBRELLA,
        phases=(Phase.PREVENTION,),
        audiences=(),
        tense=None,
        subject=None,
        media=(Medium.ELECTRONIC,),
        languages=(Language.ID,),
        valid_until=None,
        approved_by=(),
        files=(),
        texts=(),
        legal=LegalFacts(**facts | legal),
    )


async def umbrella(here: System, **legal: Any) -> UUID:
    """A published legal umbrella that the programmes know."""
    product_id = uuid4()
    await hear(here, regulation(product_id, **legal))
    return product_id


async def fire(here: System) -> None:
    """Have fired what is due, by this test or by the running timer_runner."""
    timer_runner = runtime_of(here).timer_runner
    assert timer_runner is not None
    await timer_runner.fire()


def plan(title: str, responsible: UUID, phase: Phase | None = None, **more: Any) -> dict[str, Any]:
    """A stage to come."""
    return {"title": title, "responsible": str(responsible), "phase": phase, **more}


async def propose(
    here: System, partnership: Partnership, by: UUID | str | None = None, **more: Any
) -> Answer:
    """Propose a programme; of two stages (the police's, the village's), unless ``more`` says otherwise.

    The police propose it, unless ``by`` names another organisation or is a token.
    """
    body = {
        "partnership_id": str(partnership.id),
        "title": "Malam tanpa balap liar",
        "objectives": ["Lebih sedikit korban"],
        "stages": [plan("Satu", partnership.police), plan("Dua", partnership.village)],
        **more,
    }
    token = by if isinstance(by, str) else here.representative(by or partnership.police)
    return await here.call("POST", f"{BASE}/programs", body, token=token)


async def on_proposal(
    here: System, program: dict[str, Any], verb: str, by: UUID | str, **body: Any
) -> Answer:
    """One act on a proposed programme, of which its newest revision was read."""
    token = by if isinstance(by, str) else here.representative(by)
    path = f"{BASE}/programs/{program['id']}/{verb}"
    return await here.call("POST", path, {"revision": program["revision"], **body}, token=token)


async def approve(here: System, partnership: Partnership, **more: Any) -> Answer:
    """Have a programme approved: the police propose it, and the village endorses it."""
    answer = await propose(here, partnership, **more)
    if answer.status != 201 or answer.body["state"] == "approved":
        return answer
    return await on_proposal(here, answer.body, "endorse", partnership.village, on=more.get("on"))


async def end(here: System, program: dict[str, Any], verb: str, by: UUID | str, **body: Any) -> Answer:
    """Close or abandon a programme on a decision of the board, unless ``body`` names another or None."""
    if "decision_id" not in body:
        body["decision_id"] = await decision(here, program["partnership_id"])
    token = by if isinstance(by, str) else here.representative(by)
    return await here.call("POST", f"{BASE}/programs/{program['id']}/{verb}", body, token=token)


async def decision(
    here: System, partnership_id: UUID | str, meeting_id: UUID | None = None, *, minuted: bool = True
) -> str:
    """A decision of the partnership's board that the programmes know, in approved minutes."""
    taken = DecisionTaken(
        meeting_id=meeting_id or uuid4(),
        board_id=uuid4(),
        partnership_id=UUID(str(partnership_id)),
        outcome_id=uuid4(),
        mandate=Mandate.DEVELOP,
        text="Disetujui",
    )
    await hear(here, taken)
    if minuted:
        await approve_minutes(here, taken)
    return str(taken.outcome_id)


async def approve_minutes(here: System, taken: DecisionTaken) -> None:
    """The minutes that contain a decision are approved, and the programmes know it."""
    approved_minutes = MinutesApproved(
        meeting_id=taken.meeting_id,
        board_id=taken.board_id,
        partnership_id=taken.partnership_id,
        title="Rapat",
        decisions=1,
        commitments=0,
    )
    await hear(here, approved_minutes)


async def approved(here: System, partnership: Partnership, **more: Any) -> dict[str, Any]:
    """An approved programme."""
    answer = await approve(here, partnership, **more)
    assert answer.body.get("state") == "approved", answer.body
    program: dict[str, Any] = answer.body
    return program


async def act(
    here: System, program: dict[str, Any], position: int, verb: str, by: UUID | str, body: Any = None
) -> Answer:
    """One act on a stage, by an organisation's representative, or by whom a token stands for.

    What binds other parties is decided by their board, unless ``body`` names another decision or None.
    """
    if verb in BINDING and "decision_id" not in body:
        body = {**body, "decision_id": await decision(here, program["partnership_id"])}
    stage = program["stages"][position - 1]["id"]
    path = f"{BASE}/programs/{program['id']}/stages/{stage}/{verb}"
    token = by if isinstance(by, str) else here.representative(by)
    return await here.call("POST", path, body, token=token)


async def upload(
    here: System, partnership_id: UUID | str, by: UUID, content: bytes = b"a,b\r\n1,2\r\n"
) -> Answer:
    """A party uploads a file."""
    form = aiohttp.FormData({"partnership_id": str(partnership_id)}, quote_fields=False)
    form.add_field("file", content, filename="bukti kerja.csv", content_type="text/csv")
    return await here.call("POST", f"{BASE}/evidence", form, token=here.representative(by))


async def submit(here: System, program: dict[str, Any], position: int, by: UUID, token: str = "") -> Answer:
    """Submit a stage with a fresh file, by its representative or by whom a token stands for."""
    file = await upload(here, program["partnership_id"], by, f"{uuid4()}\n".encode())
    assert file.status == 201, file.body
    return await act(here, program, position, "submit", token or by, {"evidence": [file.body["id"]]})


async def complete(here: System, program: dict[str, Any], position: int, by: UUID, other: UUID) -> Answer:
    """A stage from its start to its acceptance by another party."""
    for answer in (
        await act(here, program, position, "start", by),
        await submit(here, program, position, by),
        await act(here, program, position, "accept", other),
    ):
        assert answer.status == 200, answer.body
    return answer


async def events(here: System, what: str, about: str) -> list[dict[str, Any]]:
    """The timeline of a problem or programme (``what`` is the plural noun)."""
    answer = await here.call("GET", f"{BASE}/{what}/{about}/timeline")
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.body
    return found


async def told(here: System, what: str, about: str) -> list[str]:
    """The names of what happened, without their versions."""
    return [event["event"].partition(".")[0] for event in await events(here, what, about)]


def person_of(organisation: UUID) -> str:
    """The opaque id of the person for whom ``System.representative`` makes tokens."""
    return str(uuid5(NAMESPACE_URL, str(organisation)))


async def register(here: System, partnership: Partnership, **more: Any) -> Answer:
    """Ask for a problem to be registered, by the village unless ``token`` says otherwise."""
    token = more.pop("token", None) or here.representative(partnership.village)
    body = {
        "partnership_id": str(partnership.id),
        "title": "Balap liar",
        "description": "Setiap akhir pekan di Jalan Lingkar.",
        "area": "35.15",
        "problem_type": "street-racing",
        "impact": "damages",
        **more,
    }
    return await here.call("POST", f"{BASE}/problems", body, token=token)


async def registered(here: System, partnership: Partnership, **more: Any) -> dict[str, Any]:
    """A problem."""
    answer = await register(here, partnership, **more)
    assert answer.status == 201, answer.body
    problem: dict[str, Any] = answer.body
    return problem


async def on_problem(here: System, problem: dict[str, Any], path: str, body: Any, by: UUID) -> Answer:
    """One act on a problem, by an organisation's representative."""
    return await here.call(
        "POST", f"{BASE}/problems/{problem['id']}/{path}", body, token=here.representative(by)
    )


def shape(value: Any) -> Any:
    """All that is in a model, as plain values that can be compared."""
    if isinstance(value, list):
        return [shape(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: shape(getattr(value, name)) for name in value.__dataclass_fields__}
    return deepcopy(value)
