"""What can be read of products: the public sees what is published, who works on one sees all of it."""

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


class Seen(NamedTuple):
    """A product, and whether the reader works on it, and so sees how it is made."""

    product: Product
    inside: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """The facets by which published products are chosen; None is every one."""

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
    found = sa.select(versions.c.number).where(
        versions.c.product_id == products.c.id, versions.c.state == VersionState(state)
    )
    if of is not None:
        found = found.where(
            of.c.product_id == versions.c.product_id,
            of.c.number == versions.c.number,
            of.c.language == language,
        )
    return found.exists()


def list_published(session: Session, wanted: Wanted, after: UUID | None, limit: int) -> list[Product]:
    """What the public can find by its facets, in the order of its drafting."""
    query = sa.select(Product).where(*wanted.clauses()).order_by(products.c.id).limit(limit)
    if after is not None:
        query = query.where(products.c.id > after)
    return list(session.scalars(query))


def list_under_way(session: Session, reader: Actor, after: UUID | None, limit: int) -> list[Product]:
    """Products under way on which the reader works, in the order of their drafting."""
    under_way = sa.select(versions.c.product_id).where(versions.c.state.in_(UNDER_WAY))
    query = sa.select(Product).where(works_on(ActorViewer(reader)), products.c.id.in_(under_way))
    if after is not None:
        query = query.where(products.c.id > after)
    return list(session.scalars(query.order_by(products.c.id).limit(limit)))


def product(session: Session, product_id: UUID, reader: Actor, *, even_gone: bool = False) -> Seen:
    """One product: for everybody once it was published, before that for those who work on it.

    Of one that was discarded as a draft nothing is left for them but its timeline.
    """
    found = reading.one(session, Product, product_id)
    if not even_gone:
        found.require_kept()
    return Seen(found, REGISTRY.works_on(session, reader, found))


def file(session: Session, product_id: UUID, file_id: UUID, reader: Actor) -> File:
    """A file that the reader may have; a named refusal tells why one is gone."""
    found, inside = product(session, product_id, reader)
    for version in found.kept if inside else found.known:
        for file in version.files:
            if file.id == file_id:
                if not inside:
                    version.require_readable()
                return file
    raise UnknownFile(id=str(file_id))


def known(session: Session, product_id: UUID) -> Product:
    """One product that the public knows, whoever reads it; raises ``UnknownAggregate``."""
    found = session.get(Product, product_id)
    if found is None or not found.known:
        raise UnknownAggregate(kind=noun(Product), id=str(product_id))
    return found


def main_file(session: Session, product_id: UUID) -> File:
    """The first main file of the published version; a named refusal tells why there is none."""
    found = known(session, product_id)
    version: Version = found.published or found.known[-1]
    version.require_readable()
    for file in version.files:
        if file.role == "main":
            return file
    raise UnknownFile(id="main")


def timeline(session: Session, product_id: UUID, reader: Actor) -> list[Envelope]:
    """All that happened to a product and with it; the public sees it from its publication on."""
    found, inside = product(session, product_id, reader, even_gone=True)
    events = outbox.history(
        session,
        found.id,
        sa.select(uses.c.id).where(uses.c.product_id == found.id),
        sa.select(print_batches.c.id).where(print_batches.c.product_id == found.id),
    )
    targets = {link.target: session.get(Product, link.target) for link in found.relations}
    hidden = {
        str(target) for target, other in targets.items() if other is None or (other.is_gone and not inside)
    }
    told = (
        events
        if inside
        else [event for event in events if latest(event.event_type).told_to is Audience.PUBLIC]
    )
    return [item for item in told if item.data.get("target") not in hidden]
