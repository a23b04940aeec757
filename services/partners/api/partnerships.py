"""Partnerships and parties API."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from services.partners.api.filters import AreaFilter
from services.partners.api.partnership_views import PARTNERSHIP, CustodianOut, PartnershipOut
from services.partners.commands import participation, terms
from services.partners.commands import partnerships as commands
from services.partners.permissions import COORDINATOR, LEAD, PARTY
from services.partners.queries import partnerships as queries
from shared.contracts.vocabulary import LifecycleStage, PartnershipState
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep, Words
from shared.http.routes import Operations
from shared.i18n import LOCALES, N_, Locale, translator
from shared.identity.permissions import PUBLIC, Role, may

operations = Operations("partnerships")


class LifecycleStageOut(BaseModel):
    """A stage of the life cycle, its position among the eight, and its name in each language."""

    stage: LifecycleStage
    number: int
    names: dict[Locale, str]


operations.create(
    "/partnerships",
    commands.form_partnership,
    may=may(Role.COORDINATOR),
    label=N_("form a partnership"),
    shows=PARTNERSHIP,
)
operations.create(
    "/partnerships/{partnership_id}/parties",
    participation.join_partnership,
    may=COORDINATOR + LEAD,
    label=N_("add a party to a partnership"),
    shows=PARTNERSHIP,
)
operations.do(
    "/partnerships/{partnership_id}/acceptance",
    participation.accept_invitation,
    may=PARTY,
    label=N_("accept an invitation to a partnership"),
    shows=PARTNERSHIP,
)
operations.do(
    "/partnerships/{partnership_id}/invitations/{organisation_id}/take-back",
    participation.take_back_invitation,
    may=COORDINATOR + LEAD,
    label=N_("withdraw an invitation"),
    shows=PARTNERSHIP,
)
operations.do(
    "/partnerships/{partnership_id}/leave",
    participation.leave_partnership,
    may=PARTY,
    label=N_("leave a partnership"),
    shows=PARTNERSHIP,
)
operations.do(
    "/partnerships/{partnership_id}/lead/offer",
    terms.offer_lead,
    may=LEAD,
    label=N_("offer the lead of a partnership"),
    shows=PARTNERSHIP,
)
operations.do(
    "/partnerships/{partnership_id}/lead/accept",
    terms.accept_lead,
    may=PARTY,
    label=N_("accept the lead of a partnership"),
    shows=PARTNERSHIP,
)
operations.do(
    "/partnerships/{partnership_id}/terms",
    terms.amend_terms,
    may=PARTY,
    label=N_("amend what a party contributes and gains"),
    shows=PARTNERSHIP,
    methods=["PUT"],
)
operations.do(
    "/partnerships/{partnership_id}/parties/{organisation_id}/propose-role",
    terms.propose_role,
    may=PARTY,
    label=N_("propose another role of a party"),
    shows=PARTNERSHIP,
)
operations.do(
    "/partnerships/{partnership_id}/parties/{organisation_id}/agree-to-role",
    terms.agree_to_role,
    may=PARTY,
    label=N_("agree to another role of a party"),
    shows=PARTNERSHIP,
)
operations.create(
    "/partnerships/{partnership_id}/benefits",
    terms.confirm_benefit,
    may=PARTY,
    label=N_("confirm the benefit of a partnership"),
    shows=PARTNERSHIP,
)
operations.create(
    "/partnerships/{partnership_id}/seniors",
    participation.name_senior,
    may=PARTY,
    label=N_("name a senior responsible person"),
    shows=PARTNERSHIP,
)
operations.do(
    "/partnerships/{partnership_id}/lifecycle",
    commands.advance_lifecycle,
    may=COORDINATOR + LEAD,
    label=N_("move a partnership to another stage of its life cycle"),
    shows=PARTNERSHIP,
)
operations.do(
    "/partnerships/{partnership_id}/exit-plan",
    commands.plan_exit,
    may=LEAD,
    label=N_("plan the end of a partnership"),
    shows=PARTNERSHIP,
)
operations.do(
    "/partnerships/{partnership_id}/end",
    commands.end_partnership,
    may=LEAD,
    label=N_("end a partnership"),
    shows=PARTNERSHIP,
)
operations.do(
    "/partnerships/{partnership_id}/propose-ending",
    commands.propose_ending,
    may=PARTY,
    label=N_("propose to end a partnership"),
    shows=PARTNERSHIP,
)
operations.do(
    "/partnerships/{partnership_id}/object-to-ending",
    commands.object_to_ending,
    may=PARTY,
    label=N_("object to the ending of a partnership"),
    shows=PARTNERSHIP,
)
operations.do(
    "/partnerships/{partnership_id}/withdraw-ending",
    commands.withdraw_ending,
    may=PARTY,
    label=N_("withdraw the proposed ending of a partnership"),
    shows=PARTNERSHIP,
)


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

    ``q`` finds those with all its words in the title, problem, vision or place.
    """
    wanted = queries.PartnershipFilter(state, area, organisation_id, q)
    rows = await door.read(queries.list_partnerships, wanted, door.actor, paging.after, paging.limit + 1)
    return paging.page(rows, PartnershipOut.to(door.actor), lambda item: item.id)


@operations.get("/partnerships/{partnership_id}", may=PUBLIC)
async def show_partnership(partnership_id: UUID, door: DoorDep, response: Response) -> PartnershipOut:
    """Show one partnership."""
    partnership = await door.read(queries.partnership, partnership_id)
    response.headers["ETag"] = etag(partnership.version)
    return PartnershipOut.of(partnership, door.actor)


@operations.get("/partnerships/{partnership_id}/custodians", may=PUBLIC)
async def list_custodians(partnership_id: UUID, door: DoorDep) -> list[CustodianOut]:
    """List which agency opens the accounts of each party: parties with the same one are one hand."""
    custodians = await door.read(queries.custodians, partnership_id)
    return [CustodianOut.model_validate(custodian) for custodian in custodians]


@operations.get("/partnerships/{partnership_id}/timeline", may=PUBLIC)
async def show_timeline(partnership_id: UUID, door: DoorDep) -> list[Happened]:
    """List everything that happened to a partnership and what belongs to it, oldest first.

    Contacts are included only for the agency's own staff and for representatives of the parties.
    """
    partnership_timeline = await door.read(queries.partnership_timeline, partnership_id, door.actor)
    return [Happened.of(event) for event in partnership_timeline]
