"""Commitments API."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from services.partners.commands import commitments as commands
from services.partners.model.commitment import Commitment
from services.partners.permissions import OWN, PARTY
from services.partners.queries import commitments as queries
from shared.contracts.vocabulary import CommitmentState, Mandate
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("commitments", at="/commitments")


class CommitmentOut(BaseModel):
    """A commitment; ``late`` and ``confirmed_by`` (an organisation) are set once it was kept."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    agency: str
    partnership_id: UUID
    meeting_id: UUID | None
    organisation_id: UUID
    title: str
    mandate: Mandate
    made_on: date
    entered_afterwards: bool
    due_on: date
    state: CommitmentState
    kept_on: date | None
    confirmed_on: date | None
    late: bool
    confirmed_by: UUID | None
    note: str
    broken_on: date | None
    broken_because: str

    @classmethod
    def of(cls, commitment: Commitment) -> Self:
        """The view of a commitment."""
        return cls.model_validate(commitment)


operations.create("", commands.make_commitment, may=PARTY, label=N_("make a commitment"), shows=CommitmentOut)
operations.do(
    "/{commitment_id}/confirm",
    commands.confirm_commitment,
    may=PARTY,
    label=N_("confirm that a commitment was kept"),
    shows=CommitmentOut,
)
operations.do(
    "/{commitment_id}/give-up",
    commands.give_up_commitment,
    may=OWN,
    label=N_("give up a commitment"),
    shows=CommitmentOut,
)


@operations.get("", may=PUBLIC)
async def list_commitments(
    door: DoorDep,
    paging: PageDep,
    partnership_id: UUID | None = None,
    organisation_id: UUID | None = None,
    meeting_id: UUID | None = None,
    state: CommitmentState | None = None,
) -> Page[CommitmentOut]:
    """List commitments."""
    wanted = {
        "partnership_id": partnership_id,
        "organisation_id": organisation_id,
        "meeting_id": meeting_id,
        "state": state,
    }
    commitments = await door.read(queries.list_commitments, wanted, paging.after, paging.limit + 1)
    return paging.page(commitments, CommitmentOut.of, lambda item: item.id)


@operations.get("/{commitment_id}", may=PUBLIC)
async def show_commitment(commitment_id: UUID, door: DoorDep, response: Response) -> CommitmentOut:
    """Show one commitment."""
    commitment = await door.read(queries.commitment, commitment_id)
    response.headers["ETag"] = etag(commitment.version)
    return CommitmentOut.of(commitment)


@operations.get("/{commitment_id}/timeline", may=PUBLIC)
async def show_commitment_timeline(commitment_id: UUID, door: DoorDep) -> list[Happened]:
    """Everything that happened to a commitment, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.timeline, commitment_id)]
