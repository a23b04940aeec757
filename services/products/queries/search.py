"""Product search with facet counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.products.model.product import Product
from services.products.model.terms import Clause, clauses_of
from services.products.queries.relations import related
from services.products.queries.snippets import Piece, snippet, whole
from services.products.tables.partnerships import partnerships
from services.products.tables.products import products, versions
from services.products.tables.search import matching, score, search_facets, search_texts
from shared.contracts.vocabulary import Standing, VersionState
from shared.database.tables import Instant

COUNTED = ("kind", "phase", "audience", "medium", "tense", "subject", "language")
"""The facets whose values are counted."""

_CURRENT = sa.exists().where(
    versions.c.product_id == search_texts.c.product_id,
    versions.c.number == search_texts.c.number,
    versions.c.state == VersionState.PUBLISHED,
)
_READING_ORDER = sa.case({"id": 0, "en": 1}, value=search_texts.c.language, else_=2)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search: words (without any, all published products), and facets; None is any value."""

    question: str = ""
    language: str | None = None
    kind: str | None = None
    phase: str | None = None
    audience: str | None = None
    tense: str | None = None
    subject: str | None = None
    medium: str | None = None
    partnership_id: UUID | None = None


class Place(NamedTuple):
    """The position of a hit among all: by score, then newest first, then by id."""

    score: int
    published_at: datetime
    product_id: UUID


@dataclass(frozen=True, slots=True)
class Hit:
    """A product that was found, by its best text; ``warnings`` counts invalid requirements."""

    place: Place
    number: int
    language: str
    partnership_id: UUID
    partnership: str
    title: list[Piece]
    snippet: list[Piece]
    facets: dict[str, list[str]]
    standing: Standing
    warnings: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page of hits, the total number, and the number for each value of each facet.

    A facet is counted as if none of its values were chosen.
    """

    hits: list[Hit]
    total: int
    counts: dict[str, dict[str, int]]


def search(
    session: Session, sought: SearchQuery, after: Place | None, limit: int, today: date
) -> SearchResult:
    """The hits, best first, ended products last; a question without any word finds nothing."""
    clauses = clauses_of(sought.question)
    if sought.question.strip() and not clauses:
        return SearchResult([], 0, {facet: {} for facet in COUNTED})
    dialect = session.connection().dialect.name
    worth = sa.case((_CURRENT, score(dialect, clauses)), else_=0) if clauses else sa.literal(0)
    best = _best(dialect, sought, clauses, worth).subquery()
    total = session.scalar(sa.select(sa.func.count()).select_from(best)) or 0
    rows = session.execute(_page(best, after, limit)).all()
    ids = [row.product_id for row in rows]
    facets, stand = _facets_of(session, ids), _how_they_stand(session, ids, today)
    hits = [_hit(row, clauses, facets.get(row.product_id, {}), stand[row.product_id]) for row in rows]
    return SearchResult(hits, total, _counts(session, dialect, sought, clauses))


def _matches(dialect: str, sought: SearchQuery, clauses: Sequence[Clause]) -> list[sa.ColumnElement[bool]]:
    # Browsing lists usable products only; a search by words also finds old ones.
    conditions = [matching(dialect, clauses) if clauses else _CURRENT]
    if sought.language is not None:
        conditions.append(search_texts.c.language == sought.language)
    if sought.partnership_id is not None:
        conditions.append(search_texts.c.partnership_id == sought.partnership_id)
    for facet in ("kind", "phase", "audience", "tense", "subject", "medium"):
        value = getattr(sought, facet)
        if value is not None:
            having = sa.select(search_facets.c.product_id).where(
                search_facets.c.facet == facet, search_facets.c.value == value
            )
            conditions.append(search_texts.c.product_id.in_(having.correlate(None)))
    return conditions


def _best(
    dialect: str, sought: SearchQuery, clauses: Sequence[Clause], worth: sa.ColumnElement[int]
) -> sa.Select[Any]:
    """The best text of each product: Indonesian before English for equal scores."""
    ranked = (
        sa.select(
            search_texts.c.id,
            search_texts.c.product_id,
            search_texts.c.published_at,
            worth.label("score"),
            sa.func.row_number()
            .over(
                partition_by=search_texts.c.product_id,
                order_by=(worth.desc(), _READING_ORDER, search_texts.c.language),
            )
            .label("nth"),
        )
        .where(*_matches(dialect, sought, clauses))
        .subquery()
    )
    return sa.select(ranked).where(ranked.c.nth == 1)


def _page(best: sa.Subquery, after: Place | None, limit: int) -> sa.Select[Any]:
    query = (
        sa.select(best.c.score, search_texts, partnerships.c.title.label("partnership"))
        .join(search_texts, search_texts.c.id == best.c.id)
        .outerjoin(partnerships, partnerships.c.id == search_texts.c.partnership_id)
        .order_by(best.c.score.desc(), best.c.published_at.desc(), best.c.product_id.desc())
        .limit(limit)
    )
    if after is not None:
        here = sa.tuple_(best.c.score, best.c.published_at, best.c.product_id)
        place = sa.tuple_(
            sa.literal(after.score),
            sa.literal(after.published_at, Instant),
            sa.literal(after.product_id, sa.Uuid),
        )
        query = query.where(here < place)
    return query


def _counts(
    session: Session, dialect: str, sought: SearchQuery, clauses: Sequence[Clause]
) -> dict[str, dict[str, int]]:
    """One query for all facets without a chosen value, and one for each other."""
    counts: dict[str, dict[str, int]] = {facet: {} for facet in COUNTED}
    free = [facet for facet in COUNTED if getattr(sought, facet) is None]
    for facets in (free, *([facet] for facet in COUNTED if facet not in free)):
        conditions = _matches(dialect, _without(sought, facets[0]) if facets != free else sought, clauses)
        for facet, value, number in _rows_of(session, facets, conditions):
            counts[facet][value] = number
    # Databases sort words differently.
    return {
        facet: dict(sorted(terms.items(), key=lambda item: (-item[1], item[0])))
        for facet, terms in counts.items()
    }


def _rows_of(
    session: Session, facets: Sequence[str], conditions: list[sa.ColumnElement[bool]]
) -> Iterator[tuple[str, str, int]]:
    matching_products = sa.select(search_texts.c.product_id).where(*conditions).correlate(None)
    kept = search_facets.c
    by_facet = (
        sa.select(kept.facet, kept.value, sa.func.count())
        .where(kept.facet.in_(facets), kept.product_id.in_(matching_products))
        .group_by(kept.facet, kept.value)
    )
    for row in session.execute(by_facet):
        yield row[0], row[1], row[2]
    if "language" in facets:
        language = search_texts.c.language
        by_language = sa.select(language, sa.func.count()).where(*conditions).group_by(language)
        for row in session.execute(by_language):
            yield "language", row[0], row[1]


def _without(sought: SearchQuery, facet: str) -> SearchQuery:
    kept = {field.name: getattr(sought, field.name) for field in fields(sought)}
    return SearchQuery(**kept | {facet: None})


def _facets_of(session: Session, ids: list[UUID]) -> dict[UUID, dict[str, list[str]]]:
    by_product: dict[UUID, dict[str, list[str]]] = {}
    query = sa.select(search_facets).where(search_facets.c.product_id.in_(ids))
    for row in session.execute(query).all():
        by_product.setdefault(row.product_id, {}).setdefault(row.facet, []).append(row.value)
    return by_product


def _how_they_stand(session: Session, ids: list[UUID], today: date) -> dict[UUID, tuple[Standing, int]]:
    listed_products = session.scalars(sa.select(Product).where(products.c.id.in_(ids))).all()
    rest_on = related(session, listed_products, today)
    return {
        hit.id: (hit.standing(today), sum(product.is_warning for product in rest_on[hit.id]))
        for hit in listed_products
    }


def _hit(
    row: Any, clauses: Sequence[Clause], facets: dict[str, list[str]], stands: tuple[Standing, int]
) -> Hit:
    return Hit(
        place=Place(row.score, row.published_at, row.product_id),
        number=row.number,
        language=row.language,
        partnership_id=row.partnership_id,
        partnership=row.partnership or "",
        title=whole(row.title, row.language, clauses),
        snippet=snippet((row.summary, row.body), row.language, clauses),
        facets={facet: sorted(values) for facet, values in facets.items()},
        standing=stands[0],
        warnings=stands[1],
    )
