"""Product search API: words and facets, ranked."""

from __future__ import annotations

import base64
import binascii
import struct
from datetime import UTC, datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from services.products.api.reading import today
from services.products.api.views import BASE
from services.products.queries import search as queries
from shared.contracts.vocabulary import Language, Medium, Phase, ProductKind, Standing, Subject, Tense
from shared.fields import Slug, Storable
from shared.http.door import DoorDep
from shared.http.paging import CursorUnreadable
from shared.http.routes import Operations
from shared.identity.permissions import PUBLIC

operations = Operations("search")
_PLACE = struct.Struct(">Bq16s")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PieceOut(BaseModel):
    """A piece of plain text; ``hit`` marks search words."""

    model_config = ConfigDict(from_attributes=True)

    text: str
    hit: bool


class HitOut(BaseModel):
    """A product that was found, in the language that fits best.

    ``title`` and ``snippet`` are pieces to be joined. ``score`` is from 0 to 63: all words in the title
    count 32, any there 16; all in the summary 8, any 4; all in the body 2, any 1. ``standing`` is set for a
    regulation that is revoked or lapsed, and for products that were withdrawn or have expired: these are
    found only by their titles, after all others. ``warnings`` counts the required products that are no
    longer valid.
    """

    product_id: UUID
    product_version: int
    language: str
    partnership_id: UUID
    partnership: str
    kind: str
    phases: list[str]
    audiences: list[str]
    media: list[str]
    tense: str | None
    subject: str | None
    published_at: datetime
    score: int
    title: list[PieceOut]
    snippet: list[PieceOut]
    link: str
    page: str
    standing: Standing
    warnings: int

    @classmethod
    def of(cls, hit: queries.Hit) -> Self:
        """The view of a hit."""
        link = f"{BASE}/products/{hit.place.product_id}"
        ended = hit.standing in (Standing.WITHDRAWN, Standing.EXPIRED)
        first = {facet: values[0] for facet, values in hit.facets.items()}
        return cls(
            product_id=hit.place.product_id,
            product_version=hit.number,
            language=hit.language,
            partnership_id=hit.partnership_id,
            partnership=hit.partnership,
            kind=first["kind"],
            phases=hit.facets.get("phase", []),
            audiences=hit.facets.get("audience", []),
            media=hit.facets.get("medium", []),
            tense=first.get("tense"),
            subject=first.get("subject"),
            published_at=hit.place.published_at,
            score=hit.place.score,
            title=[PieceOut.model_validate(piece) for piece in hit.title],
            snippet=[PieceOut.model_validate(piece) for piece in hit.snippet],
            link=link,
            page=link if ended else f"{link}/page.html?language={hit.language}",
            standing=hit.standing,
            warnings=hit.warnings,
        )


class FoundOut(BaseModel):
    """Hits, the total number of products found, and for each facet the number for each of its values.

    A facet is counted as if none of its values were chosen, to show what another value would find.
    """

    items: list[HitOut]
    next: str | None
    total: int
    facets: dict[str, dict[str, int]]


@operations.get("/search", may=PUBLIC)
async def search(
    door: DoorDep,
    q: Annotated[
        str, Query(max_length=200, description="Words; “in quotes” they stand side by side"), Storable
    ] = "",
    language: Language | None = None,
    kind: ProductKind | None = None,
    phase: Phase | None = None,
    audience: Slug | None = None,
    tense: Tense | None = None,
    subject: Subject | None = None,
    medium: Medium | None = None,
    partnership_id: UUID | None = None,
    cursor: Annotated[str | None, Query(max_length=64, description="From next of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> FoundOut:
    """Find products: each word in any of its forms, the last one also as a prefix.

    Without words, all published products.
    """
    sought = queries.SearchQuery(q, language, kind, phase, audience, tense, subject, medium, partnership_id)
    after = _read(cursor) if cursor else None
    search_row = await door.read(queries.search, sought, after, limit + 1, today(door))
    shown = search_row.hits[:limit]
    return FoundOut(
        items=[HitOut.of(hit) for hit in shown],
        next=_written(shown[-1].place) if len(search_row.hits) > limit else None,
        total=search_row.total,
        facets=search_row.counts,
    )


def _written(place: queries.Place) -> str:
    micros = (place.published_at - _EPOCH) // timedelta(microseconds=1)
    packed = _PLACE.pack(place.score, micros, place.product_id.bytes)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _read(cursor: str) -> queries.Place:
    try:
        score, micros, product = _PLACE.unpack(base64.urlsafe_b64decode(cursor + "=="))
        return queries.Place(score, _EPOCH + timedelta(microseconds=micros), UUID(bytes=product))
    except (ValueError, OverflowError, binascii.Error, struct.error):
        raise CursorUnreadable(cursor=cursor) from None
