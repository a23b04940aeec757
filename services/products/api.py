"""Products over HTTP: parties draft, approve and publish; everybody reads and downloads."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, File, Form, UploadFile
from pydantic import BaseModel
from starlette.responses import Response, StreamingResponse

from services.products import commands, queries
from services.products.model import Product
from shared.contracts.products import Phase, ProductKind
from shared.http.door import Door, DoorDep, etag
from shared.http.fields import Line
from shared.http.files import chunks_of
from shared.http.paging import Page, PageDep

router = APIRouter(prefix="/v1")
LARGEST_FILE = 10 * 1024 * 1024


class VersionOut(BaseModel):
    """An edition and where it stands."""

    number: int
    state: str
    filename: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime
    published_at: datetime | None
    approvals: list[UUID]


class ProductOut(BaseModel):
    """A product with its editions; ``download`` leads to the published one."""

    id: UUID
    agency: str
    partnership_id: UUID
    title: str
    kind: str
    phase: str
    language: str
    drafted_by: UUID
    drafted_at: datetime
    download: str | None
    versions: list[VersionOut]

    @classmethod
    def of(cls, product: Product) -> Self:
        """The view of a product."""
        versions = [
            VersionOut.model_validate(
                {
                    **vars(one),
                    "approvals": [given.organisation_id for given in product.approvals_of(one.number)],
                }
            )
            for one in product.versions
        ]
        download = f"/api/products/v1/products/{product.id}/file" if product.published else None
        return cls.model_validate({**vars(product), "versions": versions, "download": download})


class PublishedOut(ProductOut):
    """What the public sees: the published edition alone."""

    @classmethod
    def of(cls, product: Product) -> Self:
        """The view of a product without what is not published."""
        seen = super().of(product)
        seen.versions = [one for one in seen.versions if one.state == "published"]
        return seen


@router.post("/products", status_code=201, response_model=ProductOut)
async def draft_product(
    door: DoorDep,
    partnership_id: Annotated[UUID, Form()],
    title: Annotated[Line, Form()],
    kind: Annotated[ProductKind, Form()],
    phase: Annotated[Phase, Form()],
    file: Annotated[UploadFile, File()],
    language: Annotated[Literal["id", "en", "jv", "mad"], Form()] = "id",
) -> Response:
    """Draft a product with its first version (representative of a party)."""
    stored = await _stored(door, file)
    command = commands.DraftProduct(partnership_id, title, kind, phase, language, stored)
    return await door.create(commands.draft_product, command, ProductOut.of)


@router.post("/products/{product_id}/versions", status_code=201, response_model=ProductOut)
async def add_version(product_id: UUID, door: DoorDep, file: Annotated[UploadFile, File()]) -> Response:
    """Add the next version (representative of a party)."""
    command = commands.AddVersion(product_id, await _stored(door, file))
    return await door.create(commands.add_version, command, ProductOut.of)


@router.post("/products/{product_id}/approve", response_model=ProductOut)
async def approve_product(product_id: UUID, door: DoorDep) -> Response:
    """Approve the newest version for one's own organisation (role representative)."""
    return await door.do(commands.approve_product, commands.ProductAct(product_id), ProductOut.of)


@router.post("/products/{product_id}/publish", response_model=ProductOut)
async def publish_product(product_id: UUID, door: DoorDep) -> Response:
    """Publish the newest version, once two parties have approved it."""
    return await door.do(commands.publish_product, commands.ProductAct(product_id), ProductOut.of)


@router.get("/products")
async def list_products(
    door: DoorDep,
    paging: PageDep,
    partnership_id: UUID | None = None,
    kind: ProductKind | None = None,
    phase: Phase | None = None,
) -> Page[PublishedOut]:
    """List published products, by partnership, kind and phase."""
    found = await door.read(
        queries.list_published, partnership_id, kind, phase, paging.after, paging.limit + 1
    )
    return paging.page(found, PublishedOut.of, lambda one: one.id)


@router.get("/products/{product_id}")
async def show_product(product_id: UUID, door: DoorDep, response: Response) -> ProductOut:
    """Show one product."""
    found = await door.read(queries.product, product_id, door.actor.organisation)
    response.headers["ETag"] = etag(found.version)
    return ProductOut.of(found) if door.actor.organisation else PublishedOut.of(found)


@router.get("/products/{product_id}/file")
async def download_product(product_id: UUID, door: DoorDep) -> StreamingResponse:
    """Download the published version."""
    found = await door.read(queries.published_version, product_id)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.filename)}",
        "X-Content-Type-Options": "nosniff",
        "Content-Length": str(found.size),
        "ETag": f'"{found.sha256}"',
    }
    content = await door.runtime.blobs.get(found.key)
    return StreamingResponse(content, media_type=found.media_type, headers=headers)


async def _stored(door: Door, file: UploadFile) -> commands.StoredVersion:
    door.actor.require("representative")
    declared = file.content_type or "application/octet-stream"
    stored = await door.runtime.blobs.put(chunks_of(file), declared, max_bytes=LARGEST_FILE)
    name = file.filename or "product"
    return commands.StoredVersion(name, stored.media_type, stored.size, stored.sha256, stored.key)
