"""Partnerships and their parties over HTTP."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from services.partners.api.fields import AreaFilter
from services.partners.api.partnership_views import (
    ExitPlanIn,
    LifecycleIn,
    NewPartyIn,
    PartnershipIn,
    PartnershipOut,
    SeniorIn,
)
from services.partners.commands import participation
from services.partners.commands import partnerships as commands
from services.partners.permissions import COORDINATOR, LEAD, PARTY
from services.partners.queries import partnerships as queries
from shared.contracts.vocabulary import LifecycleStage, PartnershipState
from shared.fields import ReasonIn
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep, Words
from shared.http.routes import Operations
from shared.i18n import LOCALES, N_, Locale, translator
from shared.identity.permissions import PUBLIC, Role, may

operations = Operations("partnerships")


class LifecycleStageOut(BaseModel):
    """A stage of the life cycle, its place among the eight, and its name in each language."""

    stage: LifecycleStage
    number: int
    names: dict[Locale, str]


@operations.get("/lifecycle-stages", may=PUBLIC)
async def list_lifecycle_stages(_door: DoorDep) -> list[LifecycleStageOut]:
    """List the eight stages of a partnership's life cycle (ISO 44001) in their order."""
    return [
        LifecycleStageOut(
            stage=stage,
            number=number,
            names={locale: translator(locale)(stage.label) for locale in LOCALES},
        )
        for number, stage in enumerate(LifecycleStage, 1)
    ]


@operations.post(
    "/partnerships",
    may=may(Role.COORDINATOR),
    label=N_("form a partnership"),
    status_code=201,
    response_model=PartnershipOut,
)
async def form_partnership(body: PartnershipIn, door: DoorDep) -> Response:
    """Form a partnership (role coordinator)."""
    terms = tuple(party.terms() for party in body.parties)
    command = commands.FormPartnership(body.title, body.area, body.problem, terms)
    return await door.create(commands.form_partnership, command, PartnershipOut.to(door.actor))


@operations.get("/partnerships", may=PUBLIC)
async def list_partnerships(
    door: DoorDep,
    paging: PageDep,
    state: PartnershipState | None = None,
    area: AreaFilter | None = None,
    organisation_id: UUID | None = None,
    q: Words | None = None,
) -> Page[PartnershipOut]:
    """List partnerships with their parties: all, or those in a state, in an area, of an organisation.

    With ``q`` those in whose title, problem, vision or place every one of its words stands.
    """
    wanted = queries.PartnershipFilter(state, area, organisation_id, q)
    found = await door.read(queries.list_partnerships, wanted, door.actor, paging.after, paging.limit + 1)
    return paging.page(found, PartnershipOut.to(door.actor), lambda item: item.id)


@operations.get("/partnerships/{partnership_id}", may=PUBLIC)
async def show_partnership(partnership_id: UUID, door: DoorDep, response: Response) -> PartnershipOut:
    """Show one partnership."""
    found = await door.read(queries.partnership, partnership_id)
    response.headers["ETag"] = etag(found.version)
    return PartnershipOut.of(found, door.actor)


@operations.post(
    "/partnerships/{partnership_id}/parties",
    may=COORDINATOR + LEAD,
    label=N_("have a party join a partnership"),
    status_code=201,
    response_model=PartnershipOut,
)
async def join_partnership(partnership_id: UUID, body: NewPartyIn, door: DoorDep) -> Response:
    """Take in another party (representative of the lead, or coordinator of the agency).

    It is invited alone, until it accepts or signs, unless a coordinator speaks for it as one of the own
    agency. A member is bound once a new version of the charter is signed with it.
    """
    command = participation.JoinPartnership(partnership_id, body.terms())
    return await door.create(participation.join_partnership, command, PartnershipOut.to(door.actor))


@operations.post(
    "/partnerships/{partnership_id}/acceptance",
    may=PARTY,
    label=N_("accept an invitation to a partnership"),
    response_model=PartnershipOut,
)
async def accept_invitation(partnership_id: UUID, door: DoorDep) -> Response:
    """Take part with one's own organisation, which was invited (role representative)."""
    return await door.do(
        participation.accept_invitation,
        participation.AcceptInvitation(partnership_id),
        PartnershipOut.to(door.actor),
    )


@operations.post(
    "/partnerships/{partnership_id}/invitations/{organisation_id}/take-back",
    may=COORDINATOR + LEAD,
    label=N_("take an invitation back"),
    response_model=PartnershipOut,
)
async def take_back_invitation(
    partnership_id: UUID, organisation_id: UUID, body: ReasonIn, door: DoorDep
) -> Response:
    """Take back an invitation that was not accepted yet (representative of the lead, or coordinator)."""
    command = participation.TakeBackInvitation(partnership_id, organisation_id, body.reason)
    return await door.do(participation.take_back_invitation, command, PartnershipOut.to(door.actor))


@operations.post(
    "/partnerships/{partnership_id}/leave",
    may=PARTY,
    label=N_("leave a partnership"),
    response_model=PartnershipOut,
)
async def leave_partnership(partnership_id: UUID, body: ReasonIn, door: DoorDep) -> Response:
    """Leave with one's own organisation (role representative); the lead cannot."""
    command = participation.LeavePartnership(partnership_id, body.reason)
    return await door.do(participation.leave_partnership, command, PartnershipOut.to(door.actor))


@operations.post(
    "/partnerships/{partnership_id}/seniors",
    may=PARTY,
    label=N_("name a senior responsible person"),
    status_code=201,
    response_model=PartnershipOut,
)
async def name_senior(partnership_id: UUID, body: SeniorIn, door: DoorDep) -> Response:
    """Name the senior person who is responsible for one's own party (role representative)."""
    command = participation.NameSenior(partnership_id, body.senior)
    return await door.create(participation.name_senior, command, PartnershipOut.to(door.actor))


@operations.post(
    "/partnerships/{partnership_id}/lifecycle",
    may=COORDINATOR + LEAD,
    label=N_("move a partnership to another stage of its life"),
    response_model=PartnershipOut,
)
async def advance_lifecycle(partnership_id: UUID, body: LifecycleIn, door: DoorDep) -> Response:
    """Go one stage on, or back (representative of the lead, or coordinator of the agency)."""
    command = commands.AdvanceLifecycle(partnership_id, body.stage, body.reason)
    return await door.do(commands.advance_lifecycle, command, PartnershipOut.to(door.actor))


@operations.post(
    "/partnerships/{partnership_id}/exit-plan",
    may=LEAD,
    label=N_("plan how a partnership ends"),
    response_model=PartnershipOut,
)
async def plan_exit(partnership_id: UUID, body: ExitPlanIn, door: DoorDep) -> Response:
    """Write down how the partnership would end in good order (representative of the lead)."""
    return await door.do(
        commands.plan_exit, commands.PlanExit(partnership_id, body.plan), PartnershipOut.to(door.actor)
    )


@operations.post(
    "/partnerships/{partnership_id}/end",
    may=COORDINATOR + LEAD,
    label=N_("end a partnership"),
    response_model=PartnershipOut,
)
async def end_partnership(partnership_id: UUID, body: ReasonIn, door: DoorDep) -> Response:
    """End the partnership for good (representative of the lead, or coordinator of the agency)."""
    command = commands.EndPartnership(partnership_id, body.reason)
    return await door.do(commands.end_partnership, command, PartnershipOut.to(door.actor))


@operations.get("/partnerships/{partnership_id}/timeline", may=PUBLIC)
async def show_timeline(partnership_id: UUID, door: DoorDep) -> list[Happened]:
    """Everything that happened to a partnership and to what belongs to it, oldest first.

    Contacts are in it for the agency's own staff and for representatives of the parties alone.
    """
    found = await door.read(queries.partnership_timeline, partnership_id, door.actor)
    return [Happened.of(event) for event in found]
