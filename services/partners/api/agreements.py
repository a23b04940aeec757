"""Agreements and their files over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, File, UploadFile
from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from services.partners.commands import agreements as commands
from services.partners.model.agreement import Agreement, AgreementState
from services.partners.model.party import MOST
from services.partners.queries import agreements as queries
from services.partners.queries.timeline import partnerships_of
from shared.contracts.partners import AgreementKind
from shared.http.door import Door, DoorDep, etag
from shared.http.fields import Day, Line, Prose, RequestBody
from shared.http.files import DOWNLOAD, filename_of, hand_out, take
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.unknown_parameters import TAKES_MORE
from shared.identity.actor import Actor

router = APIRouter(prefix="/v1", tags=["agreements"])
FILE_TYPES = ("application/pdf", "image/png", "image/jpeg")


class AgreementIn(RequestBody):
    """A written agreement between parties; both days in force are included, None is without an end.

    ``signatories`` are organisations: two at least, of a decree one. It is public unless
    ``exception_reason`` says why not (Law 14/2008, Art. 11(1)(e)). ``renews`` is the earlier agreement of
    the same partnership that it follows.
    """

    partnership_id: UUID
    kind: AgreementKind
    number: Line
    title: Line
    signed_on: Day
    in_force_from: Day
    in_force_until: Day | None = None
    signatories: list[UUID] = Field(min_length=1, max_length=MOST)
    public: bool = True
    exception_reason: Prose | None = None
    renews: UUID | None = None


class TerminationIn(RequestBody):
    """On which day an agreement ended before its time, and why."""

    on: Day
    reason: Prose


class SignatoryOut(BaseModel):
    """An organisation that signed, and since when its own word for that is known."""

    organisation_id: UUID
    organisation_name: str
    confirmed_at: datetime | None


class FileOut(BaseModel):
    """What is known of the signed text; ``size`` in bytes."""

    filename: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime


class AgreementOut(BaseModel):
    """An agreement; all of this is public, but ``file`` and its content only where ``public`` says so.

    ``has_file`` tells whether the signed text was handed in, also to whom it is withheld.
    """

    id: UUID
    agency: str
    partnership_id: UUID
    kind: AgreementKind
    number: str
    title: str
    state: AgreementState
    signed_on: date
    in_force_from: date
    in_force_until: date | None
    signatories: list[SignatoryOut]
    public: bool
    exception_reason: str | None
    renews: UUID | None
    renewed_by: UUID | None
    registered_at: datetime
    terminated_on: date | None
    termination_reason: str | None
    has_file: bool
    file: FileOut | None

    @classmethod
    def of(cls, agreement: Agreement, reader: Actor, theirs: Collection[UUID]) -> Self:
        """The view of an agreement for ``reader``, who represents a party in ``theirs``."""
        signatories = [
            SignatoryOut(
                organisation_id=one.id,
                organisation_name=one.organisation.name,
                confirmed_at=one.confirmed_at,
            )
            for one in agreement.signatories
        ]
        file = agreement.file and FileOut.model_validate(agreement.file, from_attributes=True)
        shown = {
            "has_file": file is not None,
            "file": file if agreement.shows_text_to(reader, theirs) else None,
        }
        return cls.model_validate(vars(agreement) | {"signatories": signatories, **shown})


@router.post("/agreements", status_code=201, response_model=AgreementOut)
async def register_agreement(body: AgreementIn, door: DoorDep) -> Response:
    """Register an agreement (representative of a bound party, or coordinator of the partnership's agency).

    A representative's word stands for the own organisation, a coordinator's for those of the agency; each
    other signatory confirms its own signing before anybody outside is told.
    """
    command = commands.RegisterAgreement(**dict(body) | {"signatories": tuple(body.signatories)})
    return await door.create(commands.register_agreement, command, await _for(door))


@router.post("/agreements/{agreement_id}/confirmations", status_code=201, response_model=AgreementOut)
async def confirm_signing(agreement_id: UUID, door: DoorDep) -> Response:
    """Confirm that one's own organisation signed (representative of a signatory)."""
    return await door.create(
        commands.confirm_signing, commands.ConfirmSigning(agreement_id), await _for(door)
    )


@router.get("/agreements")
async def list_agreements(
    door: DoorDep,
    paging: PageDep,
    partnership_id: UUID | None = None,
    state: AgreementState | None = None,
    kind: AgreementKind | None = None,
) -> Page[AgreementOut]:
    """List agreements: all, or those of a partnership, in a state, of a kind."""
    wanted = {"partnership_id": partnership_id, "state": state, "kind": kind}
    found = await door.read(queries.list_agreements, wanted, paging.after, paging.limit + 1)
    return paging.page(found, await _for(door), lambda one: one.id)


@router.get("/agreements/{agreement_id}")
async def show_agreement(agreement_id: UUID, door: DoorDep, response: Response) -> AgreementOut:
    """Show one agreement."""
    found = await door.read(queries.agreement, agreement_id)
    response.headers["ETag"] = etag(found.version)
    return (await _for(door))(found)


@router.post("/agreements/{agreement_id}/file", status_code=201, response_model=AgreementOut)
async def attach_file(agreement_id: UUID, file: Annotated[UploadFile, File()], door: DoorDep) -> Response:
    """Hand in the signed text, PDF or picture, once (representative of a bound party, or coordinator)."""
    await door.ask(commands.for_its_file, agreement_id)
    stored = await take(door, file, FILE_TYPES)
    command = commands.AttachFile(agreement_id, filename_of(file, stored.media_type, "agreement"), stored)
    return await door.create(commands.attach_file, command, await _for(door))


@router.get(
    "/agreements/{agreement_id}/file",
    response_class=StreamingResponse,
    responses=DOWNLOAD,
    openapi_extra=TAKES_MORE,
)
async def download_file(agreement_id: UUID, door: DoorDep) -> StreamingResponse:
    """Download the signed text.

    Of an agreement that is not public it is for representatives of its signatories and of the parties, and
    for coordinators and auditors of the agency.
    """
    return await hand_out(door, await door.read(queries.agreement_file, agreement_id, door.actor))


@router.post("/agreements/{agreement_id}/terminate", response_model=AgreementOut)
async def terminate_agreement(agreement_id: UUID, body: TerminationIn, door: DoorDep) -> Response:
    """End an agreement before its time (representative of a signatory, or coordinator of the agency)."""
    command = commands.TerminateAgreement(agreement_id, body.on, body.reason)
    return await door.do(commands.terminate_agreement, command, await _for(door))


@router.get("/agreements/{agreement_id}/timeline")
async def show_agreement_timeline(agreement_id: UUID, door: DoorDep) -> list[Happened]:
    """Everything that happened to an agreement, oldest first."""
    return [Happened.of(one) for one in await door.read(queries.agreement_timeline, agreement_id, door.actor)]


async def _for(door: Door) -> Callable[[Agreement], AgreementOut]:
    """The view of an agreement for whoever stands at the door."""
    theirs = await door.read(partnerships_of, door.actor)
    return lambda agreement: AgreementOut.of(agreement, door.actor, theirs)
