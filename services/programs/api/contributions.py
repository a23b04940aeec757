"""Contributions API."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel
from starlette.responses import Response

from services.programs.commands import contributions as commands
from services.programs.model.contribution import Contribution
from services.programs.permissions import PARTY
from services.programs.queries import contributions as queries
from shared.contracts.vocabulary import ContributionKind, ContributionState, ContributionUnit
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("contributions")


class EarlierOut(BaseModel):
    """An earlier statement, and why it was disputed."""

    amount: float
    value: int
    note: str
    stated_at: AwareDatetime
    disputed_by: UUID
    disputed_at: AwareDatetime
    reason: str


class ContributionOut(BaseModel):
    """A contribution, its verification or dispute, and earlier statements."""

    id: UUID
    program_id: UUID
    partnership_id: UUID
    stage_id: UUID | None
    organisation_id: UUID
    kind: ContributionKind
    amount: float
    unit: ContributionUnit
    value: int
    currency: str
    on: date
    note: str
    stated_at: AwareDatetime
    state: str
    judged_by: UUID | None
    judged_at: AwareDatetime | None
    reason: str
    earlier: list[EarlierOut]

    @classmethod
    def of(cls, contribution: Contribution) -> Self:
        """The view of a contribution."""
        return cls.model_validate(contribution, from_attributes=True)


class ShareOut(BaseModel):
    """The number of a party's verified contributions, and their total value."""

    organisation_id: UUID
    name: str | None
    count: int
    value: int


class SharesOut(BaseModel):
    """Each party's contributions to a programme; values are in ``currency``."""

    program_id: UUID
    currency: str
    parties: list[ShareOut]


operations.create(
    "/contributions",
    commands.record_contribution,
    may=PARTY,
    label=N_("record a contribution"),
    shows=ContributionOut,
)
operations.do(
    "/contributions/{contribution_id}/verify",
    commands.verify_contribution,
    may=PARTY,
    label=N_("verify a contribution"),
    shows=ContributionOut,
)
operations.do(
    "/contributions/{contribution_id}/dispute",
    commands.dispute_contribution,
    may=PARTY,
    label=N_("dispute a contribution"),
    shows=ContributionOut,
)
operations.do(
    "/contributions/{contribution_id}/correct",
    commands.correct_contribution,
    may=PARTY,
    label=N_("correct a contribution"),
    shows=ContributionOut,
)


@operations.get("/contributions", may=PUBLIC)
async def list_contributions(
    door: DoorDep,
    paging: PageDep,
    program_id: UUID | None = None,
    partnership_id: UUID | None = None,
    stage_id: UUID | None = None,
    organisation_id: UUID | None = None,
    kind: ContributionKind | None = None,
    state: ContributionState | None = None,
) -> Page[ContributionOut]:
    """List contributions."""
    wanted = {
        "program_id": program_id,
        "partnership_id": partnership_id,
        "stage_id": stage_id,
        "organisation_id": organisation_id,
        "kind": kind,
        "state": state,
    }
    contributions = await door.read(queries.list_contributions, wanted, paging.after, paging.limit + 1)
    return paging.page(contributions, ContributionOut.of, lambda item: item.id)


@operations.get("/contributions/{contribution_id}", may=PUBLIC)
async def show_contribution(contribution_id: UUID, door: DoorDep, response: Response) -> ContributionOut:
    """Show one contribution with its earlier statements."""
    contribution = await door.read(queries.contribution, contribution_id)
    response.headers["ETag"] = etag(contribution.version)
    return ContributionOut.of(contribution)


@operations.get("/contributions/{contribution_id}/timeline", may=PUBLIC)
async def show_contribution_timeline(contribution_id: UUID, door: DoorDep) -> list[Happened]:
    """List everything that happened to a contribution, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.timeline, contribution_id)]


@operations.get("/programs/{program_id}/contributions/shares", may=PUBLIC)
async def show_shares(program_id: UUID, door: DoorDep) -> SharesOut:
    """Show each party's verified contributions to a programme."""
    shares = await door.read(queries.shares, program_id)
    return SharesOut.model_validate(shares, from_attributes=True)
