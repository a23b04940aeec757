"""Product files API: upload to a draft, removal, download."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import File, Form, UploadFile
from starlette.responses import Response, StreamingResponse

from services.products.api.views import ProductOut
from services.products.commands import products as commands
from services.products.permissions import PARTY
from services.products.queries import products as queries
from shared.content.kinds import MEDIA_TYPES
from shared.contracts.vocabulary import FileRole, Language, Medium
from shared.http.door import DoorDep
from shared.http.files import DOWNLOAD, download_response, filename_of, store_upload
from shared.http.known_parameters import TAKES_MORE
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("files")


@operations.post(
    "/products/{product_id}/files",
    may=PARTY,
    label=N_("add a file to a draft"),
    status_code=201,
    response_model=ProductOut,
)
async def add_file(
    product_id: UUID,
    door: DoorDep,
    file: Annotated[UploadFile, File()],
    language: Annotated[Language | None, Form()] = None,
    medium: Annotated[Medium, Form()] = Medium.ELECTRONIC,
    role: Annotated[FileRole, Form()] = FileRole.MAIN,
) -> Response:
    """Add a file of at most 10 MiB, or sound or film of at most 50 MiB, to the draft.

    Its type is determined from its content.
    """
    await door.ask(commands.for_a_file, product_id)
    stored = await store_upload(door, file, MEDIA_TYPES)
    command = commands.AddFile(
        product_id=product_id,
        filename=filename_of(file, stored.media_type, "file"),
        media_type=stored.media_type,
        size=stored.size,
        sha256=stored.sha256,
        key=stored.key,
        language=language,
        medium=medium,
        role=role,
    )
    return await door.create(commands.add_file, command, ProductOut.of)


operations.do(
    "/products/{product_id}/files/{file_id}",
    commands.remove_file,
    may=PARTY,
    label=N_("remove a file from a draft"),
    shows=ProductOut,
    methods=["DELETE"],
)


@operations.get(
    "/products/{product_id}/files/{file_id}",
    may=PUBLIC,
    label=N_("download a file"),
    response_class=StreamingResponse,
    responses=DOWNLOAD,
    openapi_extra=TAKES_MORE,
)
async def download_file(product_id: UUID, file_id: UUID, door: DoorDep) -> StreamingResponse:
    """Download a file: those who work on the product any, others those of readable versions."""
    file = await door.read(queries.file, product_id, file_id, door.actor)
    return await download_response(door, file)


@operations.get(
    "/products/{product_id}/file",
    may=PUBLIC,
    response_class=StreamingResponse,
    responses=DOWNLOAD,
    openapi_extra=TAKES_MORE,
)
async def download_product(product_id: UUID, door: DoorDep) -> StreamingResponse:
    """Download the main file of the published version."""
    return await download_response(door, await door.read(queries.main_file, product_id))
