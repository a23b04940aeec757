"""Data of a version's documents."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.products.model.product import Product
from services.products.model.standing import UnknownVersion
from services.products.model.text import Text
from services.products.model.version import READABLE, Version
from services.products.queries.products import product
from services.products.queries.relations import WARNINGS, warnings
from services.products.render.edition import Edition, Regulation
from services.products.tables.partnerships import partnerships
from services.products.tables.products import products
from services.products.visibility import works_on
from shared.contracts.vocabulary import Language, Standing, VersionState
from shared.identity.actor import Actor
from shared.refusal import Refusal
from shared.rows.viewer import ActorViewer


class UnknownText(Refusal):
    """The version has no text in that language."""

    kind = "unknown"
    message = "Version %(number)s has no text in %(language)s."
    remedy = "It is available in: %(there)s."


class EditionRequest(NamedTuple):
    """The requested version (None: the published one, else the newest visible one) and language.

    The language defaults to the reader's ``preferred`` one, if the version has it, else its first.
    """

    product_id: UUID
    number: int | None
    language: Language | None
    preferred: str


class VisibleEdition(NamedTuple):
    """An edition with its version, and whether the reader may read its text."""

    edition: Edition
    version: Version
    readable: bool


def edition(
    session: Session, asked: EditionRequest, reader: Actor, public_url: str, now: datetime, zone: ZoneInfo
) -> VisibleEdition:
    """The requested edition; raises ``UnknownAggregate``, ``UnknownVersion`` and ``UnknownText``."""
    asked_product, inside = product(session, asked.product_id, reader)
    version = _version(asked_product, asked.number, inside=inside)
    text = _text(version, asked)
    title = session.scalar(
        sa.select(partnerships.c.title).where(partnerships.c.id == asked_product.partnership_id)
    )
    today = now.astimezone(zone).date()
    dated = (version.published_at or version.drafted_at).astimezone(zone)
    shown = Edition(
        language=text.language,
        title=text.title,
        summary=text.summary,
        body=text.body,
        kind=asked_product.kind,
        phases=version.facets.phases,
        audiences=version.facets.audiences,
        partnership=title or "–",
        number=version.number,
        code=version.code,
        address=f"{public_url}/p/{version.code}",
        state=_state(asked_product, version, today),
        dated=dated,
        published_on=dated.date() if version.published_at else None,
        valid_until=version.valid_until,
        closed_on=version.closed_at.astimezone(zone).date() if version.closed_at else None,
        reason=version.withdrawn_reason,
        legal=_regulation(asked_product, version),
        warnings=tuple(
            (WARNINGS[warning.standing], warning.other.title)
            for warning in warnings(session, asked_product, today)
        ),
    )
    return VisibleEdition(shown, version, inside or version.state in READABLE)


def newest_bodies(session: Session, product_id: UUID, reader: Actor) -> list[str]:
    """The texts of the newest version, for those who work on the product; empty for others."""
    query = sa.select(Product).where(works_on(ActorViewer(reader)), products.c.id == product_id)
    version = session.scalars(query).first()
    if version is None:
        return []
    return [text.body for text in version.newest.texts]


def _version(of_product: Product, number: int | None, *, inside: bool) -> Version:
    known = of_product.kept if inside else of_product.known
    if number is None:
        return of_product.published or known[-1]
    version = of_product.numbered(number)
    if version not in known:
        # Versions in progress are hidden from the public; discarded ones from everybody.
        raise UnknownVersion(number=number)
    return version


def _text(version: Version, asked: EditionRequest) -> Text:
    text = version.text_in(asked.language or asked.preferred)
    if text is None and asked.language is None:
        text = version.texts[0]
    if text is None:
        there = [text.language for text in version.texts]
        raise UnknownText(number=version.number, language=asked.language, there=there)
    return text


def _state(of_product: Product, version: Version, today: date) -> VersionState | Standing:
    standing = of_product.standing(today)
    ended = version is of_product.published and standing in (Standing.REVOKED, Standing.LAPSED)
    return standing if ended else version.state


def _regulation(of_product: Product, version: Version) -> Regulation | None:
    terms = version.facets.legal
    if terms is None:
        return None
    revoked = of_product.legal.revoked_on if of_product.legal else None
    return Regulation(terms.number, terms.issuer, terms.in_force_from, terms.in_force_until, revoked)
