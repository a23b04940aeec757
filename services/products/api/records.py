"""Records over HTTP: a product was used in an action, or copies of it were printed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import Field
from starlette.responses import Response

from services.products.api.views import View
from services.products.commands import records as commands
from services.products.model.records import PrintBatch, Use
from services.products.permissions import COORDINATOR, PARTY
from services.products.queries import records as queries
from shared.contracts.products import Language, Phase
from shared.database import reading
from shared.fields import Day, ReasonIn, RequestBody, Slug
from shared.http.door import Door, DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep, PageParams
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("uses and prints")
Number = Annotated[int, Field(ge=1, le=100_000)]


class RecordIn(RequestBody):
    """What happened on a day; without a version with the published one."""

    on: Day
    product_version: Number | None = None


class UseIn(RecordIn):
    """A use; a coordinator names the party, a version that was superseded since is named by its number."""

    phase: Phase
    audience: Slug
    reached: Annotated[int, Field(ge=0, le=100_000_000, description="People that it reached")]
    activity_id: UUID | None = None
    organisation_id: UUID | None = None


class PrintBatchIn(RecordIn):
    """Printed copies."""

    language: Language
    copies: Annotated[int, Field(ge=1, le=10_000_000)]


class PrintBatchCorrectionIn(PrintBatchIn, ReasonIn):
    """What was printed instead, whole, and why it is corrected; without a version of the one that it was."""


class RecordOut(View):
    """What every record tells: of which version, by whom, on which day."""

    id: UUID
    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    organisation_id: UUID
    on: date
    recorded_at: datetime


class UseOut(RecordOut):
    """A use of a product."""

    phase: str
    audience: str
    activity_id: UUID | None
    reached: int


class PrintBatchOut(RecordOut):
    """Printed copies of a version."""

    language: str
    copies: int


R = TypeVar("R", Use, PrintBatch)
V = TypeVar("V", bound=RecordOut)


@operations.post(
    "/products/{product_id}/uses",
    may=PARTY + COORDINATOR,
    label=N_("record the use of a product"),
    status_code=201,
    response_model=UseOut,
)
async def record_use(product_id: UUID, body: UseIn, door: DoorDep) -> Response:
    """Record that a published version was used (representative of a party, or coordinator).

    Its phase and audience are among those for which the version was made.
    """
    command = commands.RecordUse(product_id=product_id, **dict(body))
    return await door.create(commands.record_use, command, UseOut.model_validate)


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
    """Tell what happened to a use record, oldest first."""
    return [Happened.of(one) for one in await door.read(reading.timeline, Use, use_id)]


@operations.post(
    "/products/{product_id}/print-batches",
    may=PARTY,
    label=N_("record printed copies"),
    status_code=201,
    response_model=PrintBatchOut,
)
async def record_print_batch(product_id: UUID, body: PrintBatchIn, door: DoorDep) -> Response:
    """Record that copies were printed (representative of a party)."""
    command = commands.RecordPrintBatch(product_id=product_id, **dict(body))
    return await door.create(commands.record_print_batch, command, PrintBatchOut.model_validate)


@operations.get("/products/{product_id}/print-batches", may=PUBLIC)
async def list_print_batches(product_id: UUID, door: DoorDep, paging: PageDep) -> Page[PrintBatchOut]:
    """List the print batches of a product."""
    return await _listed(door, paging, product_id, PrintBatch, PrintBatchOut)


@operations.get("/print-batches/{batch_id}", may=PUBLIC)
async def show_print_batch(batch_id: UUID, door: DoorDep, response: Response) -> PrintBatchOut:
    """Show one print batch."""
    return await _shown(door, response, batch_id, PrintBatch, PrintBatchOut)


@operations.post(
    "/print-batches/{batch_id}/correct",
    may=PARTY,
    label=N_("correct printed copies"),
    response_model=PrintBatchOut,
)
async def correct_print_batch(batch_id: UUID, body: PrintBatchCorrectionIn, door: DoorDep) -> Response:
    """Correct which copies were printed (representative of the party that recorded it)."""
    command = commands.CorrectPrintBatch(batch_id=batch_id, **dict(body))
    return await door.do(commands.correct_print_batch, command, PrintBatchOut.model_validate)


@operations.get("/print-batches/{batch_id}/timeline", may=PUBLIC)
async def print_batch_timeline(batch_id: UUID, door: DoorDep) -> list[Happened]:
    """Tell what happened to a print batch, oldest first."""
    return [Happened.of(one) for one in await door.read(reading.timeline, PrintBatch, batch_id)]


async def _listed(door: Door, paging: PageParams, product_id: UUID, kind: type[R], view: type[V]) -> Page[V]:
    found = await door.read(queries.list_of, kind, product_id, paging.after, paging.limit + 1)
    return paging.page(found, view.model_validate, lambda one: one.id)


async def _shown(door: Door, response: Response, record_id: UUID, kind: type[R], view: type[V]) -> V:
    found = await door.read(reading.one, kind, record_id)
    response.headers["ETag"] = etag(found.version)
    return view.model_validate(found)
