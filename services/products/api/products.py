"""Products API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from services.products.api.cards import CardOut, cards
from services.products.api.reading import today, words
from services.products.api.views import ProductOut, ProductShown
from services.products.commands import products as commands
from services.products.permissions import PARTY
from services.products.queries import products as queries
from services.products.queries.records import Counts, counts
from services.products.queries.relations import Related, related
from shared.contracts.vocabulary import Language, Medium, Phase, ProductKind, Subject, Tense
from shared.fields import Slug
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.actor import Actor
from shared.identity.permissions import PUBLIC, STAFF, Role, may

operations = Operations("products")


operations.create(
    "/products", commands.draft_product, may=PARTY, label=N_("draft a product"), shows=ProductOut
)
operations.do(
    "/products/{product_id}/edit",
    commands.edit_product,
    may=PARTY,
    label=N_("edit a draft"),
    shows=ProductOut,
)
operations.create(
    "/products/{product_id}/versions",
    commands.begin_version,
    may=PARTY,
    label=N_("begin a new version of a product"),
    shows=ProductOut,
)


@operations.get("/products", may=PUBLIC)
async def list_products(
    door: DoorDep,
    paging: PageDep,
    partnership_id: UUID | None = None,
    kind: ProductKind | None = None,
    phase: Phase | None = None,
    audience: Annotated[Slug | None, Query()] = None,
    tense: Tense | None = None,
    subject: Subject | None = None,
    medium: Medium | None = None,
    language: Language | None = None,
    problem_id: UUID | None = None,
    state: Literal["published", "withdrawn", "expired"] = "published",
) -> Page[CardOut]:
    """List published products by their facets, or by state, those that are no longer published."""
    wanted = queries.ProductFilter(
        standing=state,
        partnership_id=partnership_id,
        kind=kind,
        tense=tense,
        subject=subject,
        problem_id=problem_id,
        phase=phase,
        audience=audience,
        medium=medium,
        language=language,
    )
    published = await door.read(queries.list_published, wanted, paging.after, paging.limit + 1)
    return await cards(door, paging, published)


@operations.get("/drafts", may=may(Role.REPRESENTATIVE, *STAFF), label=N_("list drafts"))
async def list_drafts(door: DoorDep, paging: PageDep) -> Page[CardOut]:
    """List the products in progress that you work on, for a party or for the agency."""
    under_way = await door.read(queries.list_under_way, door.actor, paging.after, paging.limit + 1)
    return await cards(door, paging, under_way, newest=True)


@operations.get("/products/{product_id}", may=PUBLIC)
async def show_product(product_id: UUID, door: DoorDep, response: Response) -> ProductShown:
    """Show one product: all versions to those who work on it, the published ones to others."""
    day = today(door)
    seen, related_products, counted = await door.read(_whole, product_id, door.actor, day)
    response.headers["ETag"] = etag(seen.product.version)
    return ProductShown.shown(seen.product, seen.inside, related_products, counted, day, words(door))


@operations.get("/products/{product_id}/timeline", may=PUBLIC)
async def product_timeline(product_id: UUID, door: DoorDep) -> list[Happened]:
    """List everything that happened to a product, oldest first; for the public from its publication on."""
    timeline = await door.read(queries.timeline, product_id, door.actor)
    return [Happened.of(event) for event in timeline]


def _whole(
    session: Session, product_id: UUID, reader: Actor, day: date
) -> tuple[queries.VisibleProduct, list[Related], Counts]:
    seen = queries.product(session, product_id, reader)
    return seen, related(session, [seen.product], day)[product_id], counts(session, product_id)
