"""Uses and print batches API."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from starlette.responses import Response

from services.products.api.views import FromModel
from services.products.commands import records as commands
from services.products.model.records import PrintBatch, Use
from services.products.permissions import COORDINATOR, PARTY
from services.products.queries import records as queries
from shared.database import reading
from shared.http.door import Door, DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep, PageParams
from shared.http.routes import Operations, View
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("uses and prints")


class RecordOut(FromModel):
    """The fields of every record: its version, its organisation and its day."""

    id: UUID
    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    organisation_id: UUID
    on: date
    recorded_at: datetime


class UseOut(RecordOut):
    """A use of a product; ``verified_by`` is another party."""

    phase: str
    audience: str
    activity_id: UUID | None
    reached: int
    verified_by: UUID | None
    verified_at: datetime | None


class PrintBatchOut(RecordOut):
    """Printed copies of a version."""

    language: str
    copies: int


R = TypeVar("R", Use, PrintBatch)
V = TypeVar("V", bound=RecordOut)

USE = View(UseOut, lambda _: UseOut.model_validate)
PRINT_BATCH = View(PrintBatchOut, lambda _: PrintBatchOut.model_validate)


operations.create(
    "/products/{product_id}/uses",
    commands.record_use,
    may=PARTY + COORDINATOR,
    label=N_("record the use of a product"),
    shows=USE,
)


operations.do(
    "/uses/{use_id}/verify",
    commands.verify_use,
    may=PARTY,
    label=N_("verify the use of a product"),
    shows=USE,
)


@operations.get("/products/{product_id}/uses", may=PUBLIC)
async def list_uses(product_id: UUID, door: DoorDep, paging: PageDep) -> Page[UseOut]:
    """List the uses of a product."""
    return await _listed(door, paging, product_id, Use, UseOut)


@operations.get("/uses/{use_id}", may=PUBLIC)
async def show_use(use_id: UUID, door: DoorDep, response: Response) -> UseOut:
    """Show one use."""
    return await _shown(door, response, use_id, Use, UseOut)


@operations.get("/uses/{use_id}/timeline", may=PUBLIC)
async def use_timeline(use_id: UUID, door: DoorDep) -> list[Happened]:
    """List everything that happened to a record of use, oldest first."""
    return [Happened.of(event) for event in await door.read(reading.timeline, Use, use_id)]


operations.create(
    "/products/{product_id}/print-batches",
    commands.record_print_batch,
    may=PARTY,
    label=N_("record printed copies"),
    shows=PRINT_BATCH,
)


@operations.get("/products/{product_id}/print-batches", may=PUBLIC)
async def list_print_batches(product_id: UUID, door: DoorDep, paging: PageDep) -> Page[PrintBatchOut]:
    """List the print batches of a product."""
    return await _listed(door, paging, product_id, PrintBatch, PrintBatchOut)


@operations.get("/print-batches/{batch_id}", may=PUBLIC)
async def show_print_batch(batch_id: UUID, door: DoorDep, response: Response) -> PrintBatchOut:
    """Show one print batch."""
    return await _shown(door, response, batch_id, PrintBatch, PrintBatchOut)


operations.do(
    "/print-batches/{batch_id}/correct",
    commands.correct_print_batch,
    may=PARTY,
    label=N_("correct printed copies"),
    shows=PRINT_BATCH,
)


@operations.get("/print-batches/{batch_id}/timeline", may=PUBLIC)
async def print_batch_timeline(batch_id: UUID, door: DoorDep) -> list[Happened]:
    """List everything that happened to a print batch, oldest first."""
    return [Happened.of(event) for event in await door.read(reading.timeline, PrintBatch, batch_id)]


async def _listed(door: Door, paging: PageParams, product_id: UUID, kind: type[R], view: type[V]) -> Page[V]:
    of = await door.read(queries.list_of, kind, product_id, paging.after, paging.limit + 1)
    return paging.page(of, view.model_validate, lambda record: record.id)


async def _shown(door: Door, response: Response, record_id: UUID, kind: type[R], view: type[V]) -> V:
    record = await door.read(reading.find_one, kind, record_id)
    response.headers["ETag"] = etag(record.version)
    return view.model_validate(record)
