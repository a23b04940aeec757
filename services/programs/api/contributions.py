"""Contributions over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel
from starlette.responses import Response

from services.programs.api.fields import Amount, Money
from services.programs.commands import contributions as commands
from services.programs.model.contribution import Contribution
from services.programs.permissions import PARTY
from services.programs.queries import contributions as queries
from shared.contracts.programs import ContributionKind
from shared.fields import Day, Note, ReasonIn, RequestBody, Word
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("contributions")
State = Literal["recorded", "verified", "disputed"]


class ContributionIn(RequestBody):
    """What one's own organisation gave; ``value`` estimates it in whole units of the programme's currency.

    It may be 0, for what has no price: verified it counts, but adds nothing to the party's share.
    """

    program_id: UUID
    stage_id: UUID | None = None
    kind: ContributionKind
    amount: Amount
    unit: Word
    value: Money
    on: Day
    note: Note = ""


class CorrectionIn(RequestBody):
    """What was given, said anew."""

    amount: Amount
    value: Money
    note: Note = ""


class EarlierOut(BaseModel):
    """What was said before, and why it was disputed."""

    amount: float
    value: int
    note: str
    stated_at: AwareDatetime
    disputed_by: UUID
    disputed_at: AwareDatetime
    reason: str


class ContributionOut(BaseModel):
    """What was given, what the others say to it, and what was said before."""

    id: UUID
    program_id: UUID
    partnership_id: UUID
    stage_id: UUID | None
    organisation_id: UUID
    kind: ContributionKind
    amount: float
    unit: str
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
    """How many verified contributions a party made, and what they are worth together."""

    organisation_id: UUID
    name: str | None
    count: int
    value: int


class SharesOut(BaseModel):
    """What each party gave to a programme; values are in ``currency``."""

    program_id: UUID
    currency: str
    parties: list[ShareOut]


@operations.post(
    "/contributions",
    may=PARTY,
    label=N_("record a contribution"),
    status_code=201,
    response_model=ContributionOut,
)
async def record_contribution(body: ContributionIn, door: DoorDep) -> Response:
    """Record what one's own organisation gave (role representative, of a bound party)."""
    command = commands.RecordContribution(**dict(body))
    return await door.create(commands.record_contribution, command, ContributionOut.of)


@operations.get("/contributions", may=PUBLIC)
async def list_contributions(
    door: DoorDep,
    paging: PageDep,
    program_id: UUID | None = None,
    partnership_id: UUID | None = None,
    stage_id: UUID | None = None,
    organisation_id: UUID | None = None,
    kind: ContributionKind | None = None,
    state: State | None = None,
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
    found = await door.read(queries.list_contributions, wanted, paging.after, paging.limit + 1)
    return paging.page(found, ContributionOut.of, lambda one: one.id)


@operations.get("/contributions/{contribution_id}", may=PUBLIC)
async def show_contribution(contribution_id: UUID, door: DoorDep, response: Response) -> ContributionOut:
    """Show one contribution with everything that was said before."""
    found = await door.read(queries.contribution, contribution_id)
    response.headers["ETag"] = etag(found.version)
    return ContributionOut.of(found)


@operations.post(
    "/contributions/{contribution_id}/verify",
    may=PARTY,
    label=N_("verify a contribution"),
    response_model=ContributionOut,
)
async def verify_contribution(contribution_id: UUID, door: DoorDep) -> Response:
    """Verify a contribution (another bound party than the contributor, another person)."""
    command = commands.VerifyContribution(contribution_id)
    return await door.do(commands.verify_contribution, command, ContributionOut.of)


@operations.post(
    "/contributions/{contribution_id}/dispute",
    may=PARTY,
    label=N_("dispute a contribution"),
    response_model=ContributionOut,
)
async def dispute_contribution(contribution_id: UUID, body: ReasonIn, door: DoorDep) -> Response:
    """Dispute a contribution with a reason (another bound party than the contributor, another person)."""
    command = commands.DisputeContribution(contribution_id, body.reason)
    return await door.do(commands.dispute_contribution, command, ContributionOut.of)


@operations.post(
    "/contributions/{contribution_id}/correct",
    may=PARTY,
    label=N_("correct a contribution"),
    response_model=ContributionOut,
)
async def correct_contribution(contribution_id: UUID, body: CorrectionIn, door: DoorDep) -> Response:
    """Correct a disputed contribution (its contributor): it waits for verification again."""
    command = commands.CorrectContribution(contribution_id, **dict(body))
    return await door.do(commands.correct_contribution, command, ContributionOut.of)


@operations.get("/contributions/{contribution_id}/timeline", may=PUBLIC)
async def show_contribution_timeline(contribution_id: UUID, door: DoorDep) -> list[Happened]:
    """What happened to a contribution, oldest first."""
    return [Happened.of(one) for one in await door.read(queries.timeline, contribution_id)]


@operations.get("/programs/{program_id}/contributions/shares", may=PUBLIC)
async def show_shares(program_id: UUID, door: DoorDep) -> SharesOut:
    """What each party gave to a programme, of verified contributions alone."""
    found = await door.read(queries.shares, program_id)
    return SharesOut.model_validate(found, from_attributes=True)
