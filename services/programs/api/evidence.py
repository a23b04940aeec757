"""Evidence API: uploads, metadata, downloads for the parties."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import File, Form, UploadFile
from pydantic import BaseModel
from starlette.responses import Response, StreamingResponse

from services.programs.commands import evidence as commands
from services.programs.model.evidence import Evidence
from services.programs.permissions import INSIDE, PARTY
from services.programs.queries import evidence as queries
from shared.http.door import DoorDep
from shared.http.files import DOWNLOAD, download_response, filename_of, store_upload
from shared.http.history import Happened
from shared.http.known_parameters import TAKES_MORE
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("evidence")


class EvidenceOut(BaseModel):
    """An uploaded file: ``size`` in bytes, ``sha256`` in hexadecimal."""

    id: UUID
    partnership_id: UUID
    organisation_id: UUID
    stage_id: UUID | None
    filename: str
    media_type: str
    size: int
    sha256: str
    uploaded_at: datetime

    @classmethod
    def of(cls, evidence: Evidence) -> Self:
        """The view of a piece of evidence."""
        return cls.model_validate(evidence, from_attributes=True)


class EarlierUseOut(BaseModel):
    """A completed stage of which the same file is evidence, and the stage's programme."""

    partnership_id: UUID
    program_id: UUID
    program_title: str
    stage_id: UUID
    stage_title: str
    completed_at: datetime


class UsedEvidenceOut(EvidenceOut):
    """An uploaded file, and of what it was evidence before: of completed stages, in whatever partnership."""

    evidence_before: list[EarlierUseOut]

    @classmethod
    def listed(cls, used: queries.UsedEvidence) -> Self:
        """The view of a piece of evidence."""
        uses = [EarlierUseOut.model_validate(use, from_attributes=True) for use in used.evidence_before]
        return cls.model_validate({**vars(used.evidence), "evidence_before": uses})


@operations.post(
    "/evidence", may=PARTY, label=N_("upload evidence"), status_code=201, response_model=EvidenceOut
)
async def upload_evidence(
    partnership_id: Annotated[UUID, Form()], file: Annotated[UploadFile, File()], door: DoorDep
) -> Response:
    """Upload a file as evidence of your organisation (role representative, of a bound party)."""
    await door.ask(commands.for_evidence, partnership_id)
    stored = await store_upload(door, file)
    command = commands.AddEvidence(
        partnership_id=partnership_id,
        filename=filename_of(file, stored.media_type, "evidence"),
        media_type=stored.media_type,
        size=stored.size,
        sha256=stored.sha256,
        key=stored.key,
    )
    return await door.create(commands.add_evidence, command, EvidenceOut.of)


@operations.get("/evidence", may=INSIDE, label=N_("list the evidence of a partnership"))
async def list_evidence(door: DoorDep, paging: PageDep, partnership_id: UUID) -> Page[UsedEvidenceOut]:
    """List all evidence of a partnership, submitted or not (its parties, and its agency's own staff)."""
    evidence = await door.read(
        queries.list_evidence, partnership_id, door.actor, paging.after, paging.limit + 1
    )
    return paging.page(evidence, UsedEvidenceOut.listed, lambda item: item.evidence.id)


@operations.get(
    "/evidence/{evidence_id}/file",
    may=INSIDE,
    label=N_("download evidence"),
    response_class=StreamingResponse,
    responses=DOWNLOAD,
    openapi_extra=TAKES_MORE,
)
async def download_evidence(evidence_id: UUID, door: DoorDep) -> StreamingResponse:
    """Download evidence (the parties of its partnership, and its agency's own staff)."""
    return await download_response(door, await door.read(queries.evidence_for, evidence_id, door.actor))


@operations.get("/evidence/{evidence_id}/timeline", may=PUBLIC)
async def show_evidence_timeline(evidence_id: UUID, door: DoorDep) -> list[Happened]:
    """List everything that happened to evidence, oldest first; before submission, not for the public."""
    return [Happened.of(event) for event in await door.read(queries.timeline, evidence_id)]


@operations.get("/stages/{stage_id}/evidence", may=PUBLIC)
async def list_stage_evidence(stage_id: UUID, door: DoorDep, paging: PageDep) -> Page[UsedEvidenceOut]:
    """List the evidence submitted for a stage: names, sizes and hashes (the files are for the parties)."""
    evidence_of = await door.read(queries.evidence_of, stage_id, paging.after, paging.limit + 1)
    return paging.page(evidence_of, UsedEvidenceOut.listed, lambda used: used.evidence.id)
