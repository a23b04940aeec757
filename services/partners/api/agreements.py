"""Agreements API."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import File, UploadFile
from pydantic import BaseModel
from starlette.responses import Response, StreamingResponse

from services.partners.commands import agreements as commands
from services.partners.model.agreement import Agreement
from services.partners.permissions import COORDINATOR, PARTY, SIGNATORY
from services.partners.queries import agreements as queries
from services.partners.queries.timeline import partnerships_of
from shared.contracts.vocabulary import AgreementKind, AgreementState, DisclosureException
from shared.http.door import Door, DoorDep, etag
from shared.http.files import DOWNLOAD, download_response, filename_of, store_upload
from shared.http.history import Happened
from shared.http.known_parameters import TAKES_MORE
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations, View
from shared.i18n import N_
from shared.identity.actor import Actor
from shared.identity.permissions import PUBLIC

operations = Operations("agreements", at="/agreements")
FILE_TYPES = ("application/pdf", "image/png", "image/jpeg")


class SignatoryOut(BaseModel):
    """An organisation that signed, when it confirmed that, and the office of who signed for it."""

    organisation_id: UUID
    organisation_name: str
    confirmed_at: datetime | None
    office: str | None


class FileOut(BaseModel):
    """The signed text; ``size`` in bytes."""

    filename: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime


class AgreementOut(BaseModel):
    """An agreement; all of it is public, but ``file`` and its content only where ``public`` is true.

    ``has_file`` tells whether the signed text was uploaded, also to readers who may not see it.
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
    exception_class: DisclosureException | None
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
                organisation_id=signatory.id,
                organisation_name=signatory.organisation.name,
                confirmed_at=signatory.confirmed_at,
                office=signatory.office,
            )
            for signatory in agreement.signatories
        ]
        file = agreement.file and FileOut.model_validate(agreement.file, from_attributes=True)
        shown = {
            "has_file": file is not None,
            "file": file if agreement.shows_text_to(reader, theirs) else None,
        }
        return cls.model_validate(vars(agreement) | {"signatories": signatories, **shown})


async def _for(door: Door) -> Callable[[Agreement], AgreementOut]:
    """The view for the reader, who may represent a party of its partnership."""
    theirs = await door.read(partnerships_of, door.actor)
    return lambda agreement: AgreementOut.of(agreement, door.actor, theirs)


AGREEMENT = View(AgreementOut, _for)

operations.create(
    "",
    commands.register_agreement,
    may=COORDINATOR + PARTY,
    label=N_("register an agreement"),
    shows=AGREEMENT,
)
operations.create(
    "/{agreement_id}/confirmations",
    commands.confirm_signing,
    may=SIGNATORY,
    label=N_("confirm that an agreement was signed"),
    shows=AGREEMENT,
    body_needed=False,
)
operations.do(
    "/{agreement_id}/terminate",
    commands.terminate_agreement,
    may=COORDINATOR + SIGNATORY,
    label=N_("terminate an agreement early"),
    shows=AGREEMENT,
)


@operations.get("", may=PUBLIC)
async def list_agreements(
    door: DoorDep,
    paging: PageDep,
    partnership_id: UUID | None = None,
    state: AgreementState | None = None,
    kind: AgreementKind | None = None,
) -> Page[AgreementOut]:
    """List agreements: all, or those of a partnership, in a state, of a kind."""
    wanted = {"partnership_id": partnership_id, "state": state, "kind": kind}
    agreements = await door.read(queries.list_agreements, wanted, paging.after, paging.limit + 1)
    return paging.page(agreements, await _for(door), lambda item: item.id)


@operations.get("/{agreement_id}", may=PUBLIC)
async def show_agreement(agreement_id: UUID, door: DoorDep, response: Response) -> AgreementOut:
    """Show one agreement."""
    agreement = await door.read(queries.agreement, agreement_id)
    response.headers["ETag"] = etag(agreement.version)
    return (await _for(door))(agreement)


@operations.post(
    "/{agreement_id}/file",
    may=COORDINATOR + PARTY,
    label=N_("upload the text of an agreement"),
    status_code=201,
    response_model=AgreementOut,
)
async def attach_file(agreement_id: UUID, file: Annotated[UploadFile, File()], door: DoorDep) -> Response:
    """Upload the signed text, PDF or picture, once (representative of a bound party, or coordinator)."""
    await door.ask(commands.for_its_file, agreement_id)
    stored = await store_upload(door, file, FILE_TYPES)
    command = commands.AttachFile(agreement_id, filename_of(file, stored.media_type, "agreement"), stored)
    return await door.create(commands.attach_file, command, await _for(door))


@operations.get(
    "/{agreement_id}/file",
    may=PUBLIC,
    label=N_("download a file"),
    response_class=StreamingResponse,
    responses=DOWNLOAD,
    openapi_extra=TAKES_MORE,
)
async def download_file(agreement_id: UUID, door: DoorDep) -> StreamingResponse:
    """Download the signed text.

    If the agreement is not public, only representatives of its signatories and of the parties, and
    coordinators and auditors of the agency may.
    """
    return await download_response(door, await door.read(queries.agreement_file, agreement_id, door.actor))


@operations.get("/{agreement_id}/timeline", may=PUBLIC)
async def show_agreement_timeline(agreement_id: UUID, door: DoorDep) -> list[Happened]:
    """Everything that happened to an agreement, oldest first."""
    return [
        Happened.of(event) for event in await door.read(queries.agreement_timeline, agreement_id, door.actor)
    ]
