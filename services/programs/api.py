"""Programmes over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, File, Form, UploadFile
from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from services.programs import commands, queries
from services.programs.model import Evidence, Program
from shared.http.door import DoorDep, etag
from shared.http.fields import Line, Prose
from shared.http.files import chunks_of
from shared.http.paging import Page, PageDep

router = APIRouter(prefix="/v1")
LARGEST_EVIDENCE = 10 * 1024 * 1024


class StagePlanIn(BaseModel):
    """A stage to come: what is done, and which party does it."""

    title: Line
    responsible: UUID


class ProgramIn(BaseModel):
    """A programme with its ordered stages."""

    partnership_id: UUID
    title: Line
    objective: Prose
    stages: list[StagePlanIn] = Field(min_length=1, max_length=50)


class SubmissionIn(BaseModel):
    """The evidence of a stage, by the ids of the uploads."""

    evidence: list[UUID] = Field(max_length=50)


class ReturnIn(BaseModel):
    """Why a stage is returned."""

    reason: Prose


class StageOut(BaseModel):
    """A stage and how far it is."""

    id: UUID
    position: int
    title: str
    responsible: UUID
    state: str
    started_at: datetime | None
    submitted_at: datetime | None
    submitted_by: UUID | None
    judged_by: UUID | None
    completed_at: datetime | None
    returned_reason: str


class ProgramOut(BaseModel):
    """A programme and how far it is."""

    id: UUID
    agency: str
    partnership_id: UUID
    title: str
    objective: str
    approved_at: datetime
    completed: int
    stages: list[StageOut]

    @classmethod
    def of(cls, program: Program) -> Self:
        """The view of a programme."""
        stages = [StageOut.model_validate(stage, from_attributes=True) for stage in program.stages]
        return cls.model_validate({**vars(program), "completed": program.completed, "stages": stages})


class EvidenceOut(BaseModel):
    """An uploaded file."""

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


@router.post("/programs", status_code=201, response_model=ProgramOut)
async def approve_program(body: ProgramIn, door: DoorDep) -> Response:
    """Approve a programme for a signed partnership (role coordinator)."""
    plans = tuple(commands.StagePlan(one.title, one.responsible) for one in body.stages)
    command = commands.ApproveProgram(body.partnership_id, body.title, body.objective, plans)
    return await door.create(commands.approve_program, command, ProgramOut.of)


@router.get("/programs")
async def list_programs(
    door: DoorDep, paging: PageDep, partnership_id: UUID | None = None
) -> Page[ProgramOut]:
    """List programmes, of one partnership or of all."""
    found = await door.read(queries.list_programs, partnership_id, paging.after, paging.limit + 1)
    return paging.page(found, ProgramOut.of, lambda one: one.id)


@router.get("/programs/{program_id}")
async def show_program(program_id: UUID, door: DoorDep, response: Response) -> ProgramOut:
    """Show one programme with its stages."""
    found = await door.read(queries.program, program_id)
    response.headers["ETag"] = etag(found.version)
    return ProgramOut.of(found)


@router.post("/evidence", status_code=201, response_model=EvidenceOut)
async def upload_evidence(
    partnership_id: Annotated[UUID, Form()], file: Annotated[UploadFile, File()], door: DoorDep
) -> Response:
    """Upload a file as evidence of one's own organisation (role representative)."""
    door.actor.require("representative")
    stored = await door.runtime.blobs.put(
        chunks_of(file), file.content_type or "application/octet-stream", max_bytes=LARGEST_EVIDENCE
    )
    command = commands.AddEvidence(
        partnership_id=partnership_id,
        filename=file.filename or "evidence",
        media_type=stored.media_type,
        size=stored.size,
        sha256=stored.sha256,
        key=stored.key,
    )
    return await door.create(commands.add_evidence, command, EvidenceOut.of)


@router.get("/evidence/{evidence_id}/file")
async def download_evidence(evidence_id: UUID, door: DoorDep) -> StreamingResponse:
    """Download evidence as a party of its partnership."""
    found = await door.read(queries.evidence_for, evidence_id, door.actor.organisation)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.filename)}",
        "X-Content-Type-Options": "nosniff",
        "Content-Length": str(found.size),
        "ETag": f'"{found.sha256}"',
    }
    content = await door.runtime.blobs.get(found.key)
    return StreamingResponse(content, media_type=found.media_type, headers=headers)


@router.post("/programs/{program_id}/stages/{stage_id}/start", response_model=ProgramOut)
async def start_stage(program_id: UUID, stage_id: UUID, door: DoorDep) -> Response:
    """Start a stage (the responsible party)."""
    return await door.do(commands.start_stage, commands.StageAct(program_id, stage_id), ProgramOut.of)


@router.post("/programs/{program_id}/stages/{stage_id}/submit", response_model=ProgramOut)
async def submit_stage(program_id: UUID, stage_id: UUID, body: SubmissionIn, door: DoorDep) -> Response:
    """Submit a stage with its evidence (the responsible party)."""
    command = commands.SubmitStage(program_id, stage_id, tuple(body.evidence))
    return await door.do(commands.submit_stage, command, ProgramOut.of)


@router.post("/programs/{program_id}/stages/{stage_id}/accept", response_model=ProgramOut)
async def accept_stage(program_id: UUID, stage_id: UUID, door: DoorDep) -> Response:
    """Accept a submitted stage (another party than the submitter)."""
    command = commands.StageAct(program_id, stage_id)
    return await door.do(commands.accept_stage, command, ProgramOut.of)


@router.post("/programs/{program_id}/stages/{stage_id}/return", response_model=ProgramOut)
async def return_stage(program_id: UUID, stage_id: UUID, body: ReturnIn, door: DoorDep) -> Response:
    """Return a submitted stage with a reason (another party than the submitter)."""
    command = commands.ReturnStage(program_id, stage_id, body.reason)
    return await door.do(commands.return_stage, command, ProgramOut.of)


@router.get("/stages/{stage_id}/evidence")
async def list_evidence(stage_id: UUID, door: DoorDep) -> list[EvidenceOut]:
    """What was submitted as evidence of a stage: names, sizes and hashes (the files are for the parties)."""
    return [EvidenceOut.of(one) for one in await door.read(queries.evidence_of, stage_id)]
