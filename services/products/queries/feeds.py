"""Data of the DCAT catalogue and the Atom feed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.products.model.product import Product
from services.products.queries.products import ProductFilter, list_published
from services.products.render.catalogue import CatalogueEntry
from services.products.render.feed import Entry
from services.products.tables.partnerships import partnerships
from services.products.tables.products import products, versions
from shared.contracts.envelope import Envelope
from shared.contracts.vocabulary import VersionState
from shared.database.tables import outbox

NEWS = ("product-published", "product-withdrawn")
NEWEST = 50


class Stamp(NamedTuple):
    """Values that change whenever the catalogue does; first and latest times of publication."""

    state: tuple[tuple[str, int, str, str], ...]
    issued: datetime | None
    modified: datetime | None


class News(NamedTuple):
    """The newest entries, and the time of the latest one."""

    entries: list[Entry]
    modified: datetime | None


def stamp(session: Session) -> Stamp:
    """The state of the catalogue, without reading its content."""
    published = sa.exists().where(
        versions.c.product_id == products.c.id, versions.c.state == VersionState.PUBLISHED
    )
    rows = session.execute(
        sa.select(products.c.id, products.c.version, partnerships.c.title, partnerships.c.area)
        .outerjoin(partnerships, partnerships.c.id == products.c.partnership_id)
        .where(published)
        .order_by(products.c.id)
    ).all()
    newest = session.scalar(sa.select(outbox.c.recorded_at).order_by(outbox.c.sequence.desc()).limit(1))
    first = session.scalar(sa.select(sa.func.min(versions.c.published_at)))
    state = tuple((str(row[0]), row[1], row[2] or "", row[3] or "") for row in rows)
    return Stamp(state, first, newest)


def offered(session: Session, after: UUID | None, limit: int) -> list[CatalogueEntry]:
    """The published products, in the order in which they were drafted."""
    published = list_published(session, ProductFilter(), after, limit)
    known = _partnerships(session, published)
    public = _public(session, {link.target for product in published for link in product.relations})
    return [
        CatalogueEntry(
            product=product,
            version=product.published,
            partnership=known.get(product.partnership_id, ("–", ""))[0],
            area=known.get(product.partnership_id, ("–", ""))[1],
            related=[(link.relation, link.target) for link in product.relations if link.target in public],
        )
        for product in published
        if product.published is not None
    ]


def news(session: Session, language: str) -> News:
    """The newest publications and withdrawals, newest first, with titles in a language if available."""
    about = sa.or_(*(outbox.c.subject.like(f"evt.%.products.{name}.v%") for name in NEWS))
    rows = session.execute(
        sa.select(outbox.c.envelope).where(about).order_by(outbox.c.sequence.desc()).limit(NEWEST)
    )
    events = [Envelope.decode(row[0]) for row in rows]
    listed_products = session.scalars(
        sa.select(Product).where(products.c.id.in_({event.aggregate_id for event in events}))
    )
    known = {product.id: product for product in listed_products}
    titles = _partnerships(session, list(known.values()))
    entries = [
        _entry(event, known[event.aggregate_id], titles, language)
        for event in events
        if event.aggregate_id in known
    ]
    return News(entries, events[0].time if events else None)


def _entry(event: Envelope, product: Product, titles: dict[UUID, tuple[str, str]], language: str) -> Entry:
    version = product.numbered(event.data["product_version"])
    text = version.text_in(language) or version.texts[0]
    return Entry(
        id=event.id,
        product_id=product.id,
        number=version.number,
        published=event.name == NEWS[0],
        language=text.language,
        title=text.title,
        summary=text.summary if version.state is VersionState.PUBLISHED else "",
        reason=event.data.get("reason") or "",
        kind=product.kind,
        phases=version.facets.phases,
        partnership=titles.get(product.partnership_id, ("–", ""))[0],
        at=event.time,
    )


def _partnerships(session: Session, listed: Sequence[Product]) -> dict[UUID, tuple[str, str]]:
    """Titles and areas of the partnerships of some products."""
    ids = {product.partnership_id for product in listed}
    query = sa.select(partnerships.c.id, partnerships.c.title, partnerships.c.area)
    rows = session.execute(query.where(partnerships.c.id.in_(ids)))
    return {row.id: (row.title, row.area) for row in rows}


def _public(session: Session, ids: set[UUID]) -> set[UUID]:
    """Which of these products are public."""
    query = sa.select(versions.c.product_id).where(
        versions.c.product_id.in_(ids), versions.c.published_at.is_not(None)
    )
    return set(session.scalars(query))
