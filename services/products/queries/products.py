"""Queries of products."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.products.model.product import Product
from services.products.model.version import UNDER_WAY, File, UnknownFile, Version
from services.products.tables.partnerships import REGISTRY
from services.products.tables.products import files, products, texts, versions
from services.products.tables.records import print_batches, uses
from services.products.tables.types import holds
from services.products.visibility import works_on
from shared.contracts.audience import Audience
from shared.contracts.envelope import Envelope
from shared.contracts.event import latest
from shared.contracts.vocabulary import VersionState
from shared.database import outbox, reading
from shared.database.transaction import UnknownAggregate, noun
from shared.identity.actor import Actor
from shared.rows.viewer import ActorViewer


class VisibleProduct(NamedTuple):
    """A product, and whether the reader works on it and therefore sees drafts."""

    product: Product
    inside: bool


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """A filter of published products by facets; None is any."""

    standing: str = "published"
    partnership_id: UUID | None = None
    kind: str | None = None
    tense: str | None = None
    subject: str | None = None
    problem_id: UUID | None = None
    phase: str | None = None
    audience: str | None = None
    medium: str | None = None
    language: str | None = None

    def clauses(self) -> Iterator[sa.ColumnElement[bool]]:
        """The conditions on the table of products."""
        yield _has_version(self.standing)
        if self.standing != VersionState.PUBLISHED:
            yield ~_has_version(VersionState.PUBLISHED)
        for name in ("partnership_id", "kind", "tense", "subject", "problem_id"):
            value = getattr(self, name)
            if value is not None:
                yield products.c[name] == value
        for column, word in (
            (products.c.phases, self.phase),
            (products.c.audiences, self.audience),
            (products.c.media, self.medium),
        ):
            if word is not None:
                yield holds(column, word)
        if self.language is not None:
            in_text, in_file = (_has_version(self.standing, of, self.language) for of in (texts, files))
            yield sa.or_(in_text, in_file)


def _has_version(
    state: str, of: sa.Table | None = None, language: str | None = None
) -> sa.ColumnElement[bool]:
    condition = sa.select(versions.c.number).where(
        versions.c.product_id == products.c.id, versions.c.state == VersionState(state)
    )
    if of is not None:
        condition = condition.where(
            of.c.product_id == versions.c.product_id,
            of.c.number == versions.c.number,
            of.c.language == language,
        )
    return condition.exists()


def list_published(session: Session, wanted: ProductFilter, after: UUID | None, limit: int) -> list[Product]:
    """Public products by their facets, in the order in which they were drafted."""
    query = sa.select(Product).where(*wanted.clauses()).order_by(products.c.id).limit(limit)
    if after is not None:
        query = query.where(products.c.id > after)
    return list(session.scalars(query))


def list_under_way(session: Session, reader: Actor, after: UUID | None, limit: int) -> list[Product]:
    """Products in progress that the reader works on, in the order in which they were drafted."""
    under_way = sa.select(versions.c.product_id).where(versions.c.state.in_(UNDER_WAY))
    query = sa.select(Product).where(works_on(ActorViewer(reader)), products.c.id.in_(under_way))
    if after is not None:
        query = query.where(products.c.id > after)
    return list(session.scalars(query.order_by(products.c.id).limit(limit)))


def product(session: Session, product_id: UUID, reader: Actor, *, even_gone: bool = False) -> VisibleProduct:
    """One product: public once it was published, before that visible to those who work on it.

    Of a discarded one only the timeline remains.
    """
    row = reading.find_one(session, Product, product_id)
    if not even_gone:
        row.require_kept()
    return VisibleProduct(row, REGISTRY.works_on(session, reader, row))


def file(session: Session, product_id: UUID, file_id: UUID, reader: Actor) -> File:
    """A file that the reader may download; a refusal says why one is gone."""
    row, inside = product(session, product_id, reader)
    for version in row.kept if inside else row.known:
        for file in version.files:
            if file.id == file_id:
                if not inside:
                    version.require_readable()
                return file
    raise UnknownFile(id=str(file_id))


def known(session: Session, product_id: UUID) -> Product:
    """One public product, whoever reads it; raises ``UnknownAggregate``."""
    row = session.get(Product, product_id)
    if row is None or not row.known:
        raise UnknownAggregate(kind=noun(Product), id=str(product_id))
    return row


def main_file(session: Session, product_id: UUID) -> File:
    """The first main file of the published version; a refusal says why there is none."""
    row = known(session, product_id)
    version: Version = row.published or row.known[-1]
    version.require_readable()
    for file in version.files:
        if file.role == "main":
            return file
    raise UnknownFile(id="main")


def timeline(session: Session, product_id: UUID, reader: Actor) -> list[Envelope]:
    """Everything that happened to a product; the public sees it from its publication on."""
    row, inside = product(session, product_id, reader, even_gone=True)
    events = outbox.history(
        session,
        row.id,
        sa.select(uses.c.id).where(uses.c.product_id == row.id),
        sa.select(print_batches.c.id).where(print_batches.c.product_id == row.id),
    )
    targets = {link.target: session.get(Product, link.target) for link in row.relations}
    hidden = {
        str(target)
        for target, product in targets.items()
        if product is None or (product.is_gone and not inside)
    }
    told = (
        events
        if inside
        else [event for event in events if latest(event.event_type).told_to is Audience.PUBLIC]
    )
    return [item for item in told if item.data.get("target") not in hidden]
