"""Charters API."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import Path, Query
from pydantic import BaseModel

from services.partners.api.partnership_views import PARTNERSHIP, CharterOut
from services.partners.commands import charters as commands
from services.partners.model.charter import Part
from services.partners.permissions import LEAD, PARTY
from services.partners.queries import partnerships as queries
from shared.http.door import DoorDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("charters", at="/partnerships/{partnership_id}")
Number = Annotated[int, Path(ge=1, le=commands.LARGEST)]


class PartOut(BaseModel):
    """A piece of text: in both versions, only in the earlier one, or only in the later one."""

    kind: Literal["same", "removed", "added"]
    text: str


class FieldChangesOut(BaseModel):
    """The changes of one field, in reading order."""

    field: Literal["vision", "mission", "means"]
    parts: list[PartOut]

    @classmethod
    def of(cls, field: str, parts: list[Part]) -> Self:
        """The view of a field's changes."""
        return cls.model_validate(
            {"field": field, "parts": [{"kind": part.kind, "text": part.text} for part in parts]}
        )


class CharterChangesOut(BaseModel):
    """The difference between two versions, word by word."""

    number: int
    since: int
    fields: list[FieldChangesOut]


operations.create(
    "/charter", commands.propose_charter, may=LEAD, label=N_("propose a charter"), shows=PARTNERSHIP
)
operations.do(
    "/charter/withdraw",
    commands.withdraw_charter,
    may=LEAD,
    label=N_("withdraw a proposed charter"),
    shows=PARTNERSHIP,
)
operations.create(
    "/signatures", commands.sign_charter, may=PARTY, label=N_("sign a charter"), shows=PARTNERSHIP
)


@operations.get("/charters", may=PUBLIC)
async def list_charters(partnership_id: UUID, door: DoorDep) -> list[CharterOut]:
    """List every version of the charter, oldest first."""
    partnership = await door.read(queries.partnership, partnership_id)
    return [CharterOut.of(partnership, charter) for charter in partnership.charters]


@operations.get("/charters/{number}", may=PUBLIC)
async def show_charter(partnership_id: UUID, number: Number, door: DoorDep) -> CharterOut:
    """Show one version of the charter and who endorsed it."""
    partnership = await door.read(queries.partnership, partnership_id)
    return CharterOut.of(partnership, partnership.charter_numbered(number))


@operations.get("/charters/{number}/changes", may=PUBLIC)
async def show_charter_changes(
    partnership_id: UUID,
    number: Number,
    door: DoorDep,
    since: Annotated[
        int | None,
        Query(
            ge=1, le=commands.LARGEST, description="The version to compare with; by default the previous one"
        ),
    ] = None,
) -> CharterChangesOut:
    """Show what changed in a version of the charter, word by word."""
    before, after, changes = await door.read(queries.charter_changes, partnership_id, number, since)
    return CharterChangesOut(
        number=after.number,
        since=before.number,
        fields=[FieldChangesOut.of(field, parts) for field, parts in changes.items()],
    )
