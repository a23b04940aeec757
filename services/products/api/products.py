"""Products over HTTP: parties draft them, everybody reads what is published."""

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
    """List published products by their facets, or, by their state, those that no longer are."""
    wanted = queries.Wanted(
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
    found = await door.read(queries.list_published, wanted, paging.after, paging.limit + 1)
    return await cards(door, paging, found)


@operations.get("/drafts", may=may(Role.REPRESENTATIVE, *STAFF), label=N_("see drafts"))
async def list_drafts(door: DoorDep, paging: PageDep) -> Page[CardOut]:
    """List the products under way on which one works, for a party or for the agency."""
    found = await door.read(queries.list_under_way, door.actor, paging.after, paging.limit + 1)
    return await cards(door, paging, found, newest=True)


@operations.get("/products/{product_id}", may=PUBLIC)
async def show_product(product_id: UUID, door: DoorDep, response: Response) -> ProductShown:
    """Show one product: all of it to those who work on it, to others what was published."""
    day = today(door)
    seen, found, counted = await door.read(_whole, product_id, door.actor, day)
    response.headers["ETag"] = etag(seen.product.version)
    return ProductShown.shown(seen.product, seen.inside, found, counted, day, words(door))


@operations.get("/products/{product_id}/timeline", may=PUBLIC)
async def product_timeline(product_id: UUID, door: DoorDep) -> list[Happened]:
    """Tell what happened to a product and with it, oldest first; to others from its publication on."""
    found = await door.read(queries.timeline, product_id, door.actor)
    return [Happened.of(event) for event in found]


def _whole(
    session: Session, product_id: UUID, reader: Actor, day: date
) -> tuple[queries.Seen, list[Related], Counts]:
    seen = queries.product(session, product_id, reader)
    return seen, related(session, [seen.product], day)[product_id], counts(session, product_id)
