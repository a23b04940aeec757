"""Charters and their signatures over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from services.partners.api.partnership_views import CharterOut, PartnershipOut
from services.partners.commands import charters as commands
from services.partners.model.charter import Part
from services.partners.queries import partnerships as queries
from shared.contracts.partners import Means
from shared.http.door import DoorDep
from shared.http.fields import Prose, ReasonIn, RequestBody

router = APIRouter(prefix="/v1", tags=["charters"])
LARGEST = 1_000_000
Number = Annotated[int, Path(ge=1, le=LARGEST)]


class CharterIn(RequestBody):
    """The shared vision and mission, and the means: what the parties will do, each at most once."""

    vision: Prose
    mission: Prose
    means: list[Means] = Field(min_length=1, max_length=5)


class SignatureIn(RequestBody):
    """Which version of the charter is signed (the one that was read)."""

    charter_version: int = Field(ge=1, le=LARGEST)


class PartOut(BaseModel):
    """A piece of text: in both versions, in the earlier one alone, or in the later one alone."""

    kind: Literal["same", "removed", "added"]
    text: str


class FieldChangesOut(BaseModel):
    """What became of one field, in reading order."""

    field: Literal["vision", "mission", "means"]
    parts: list[PartOut]

    @classmethod
    def of(cls, field: str, parts: list[Part]) -> Self:
        """The view of a field's parts."""
        return cls.model_validate(
            {"field": field, "parts": [{"kind": one.kind, "text": one.text} for one in parts]}
        )


class CharterChangesOut(BaseModel):
    """The difference of two versions, word by word."""

    number: int
    since: int
    fields: list[FieldChangesOut]


@router.post("/partnerships/{partnership_id}/charter", status_code=201, response_model=PartnershipOut)
async def propose_charter(partnership_id: UUID, body: CharterIn, door: DoorDep) -> Response:
    """Propose a charter, or a new version of it (representative of the lead party).

    A charter in force stays so until everybody has signed the new one.
    """
    means = tuple(dict.fromkeys(body.means))
    command = commands.ProposeCharter(partnership_id, body.vision, body.mission, means)
    return await door.create(commands.propose_charter, command, PartnershipOut.to(door.actor))


@router.post("/partnerships/{partnership_id}/charter/withdraw", response_model=PartnershipOut)
async def withdraw_charter(partnership_id: UUID, body: ReasonIn, door: DoorDep) -> Response:
    """Take the proposed charter back (representative of the lead party); one in force stays so."""
    command = commands.WithdrawCharter(partnership_id, body.reason)
    return await door.do(commands.withdraw_charter, command, PartnershipOut.to(door.actor))


@router.post("/partnerships/{partnership_id}/signatures", status_code=201, response_model=PartnershipOut)
async def sign_charter(partnership_id: UUID, body: SignatureIn, door: DoorDep) -> Response:
    """Sign the proposed charter for one's own organisation (role representative); one person, one party."""
    command = commands.SignCharter(partnership_id, body.charter_version)
    return await door.create(commands.sign_charter, command, PartnershipOut.to(door.actor))


@router.get("/partnerships/{partnership_id}/charters")
async def list_charters(partnership_id: UUID, door: DoorDep) -> list[CharterOut]:
    """List every version of the charter, the first one first."""
    found = await door.read(queries.partnership, partnership_id)
    return [CharterOut.of(found, charter) for charter in found.charters]


@router.get("/partnerships/{partnership_id}/charters/{number}")
async def show_charter(partnership_id: UUID, number: Number, door: DoorDep) -> CharterOut:
    """Show one version of the charter and who endorsed it."""
    found = await door.read(queries.partnership, partnership_id)
    return CharterOut.of(found, found.charter_numbered(number))


@router.get("/partnerships/{partnership_id}/charters/{number}/changes")
async def show_charter_changes(
    partnership_id: UUID,
    number: Number,
    door: DoorDep,
    since: Annotated[
        int | None, Query(ge=1, le=LARGEST, description="The version to compare with; the one before")
    ] = None,
) -> CharterChangesOut:
    """Show what changed in a version of the charter, word by word."""
    before, after, changes = await door.read(queries.charter_changes, partnership_id, number, since)
    return CharterChangesOut(
        number=after.number,
        since=before.number,
        fields=[FieldChangesOut.of(field, parts) for field, parts in changes.items()],
    )
