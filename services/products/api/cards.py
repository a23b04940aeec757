"""Response types of products in lists, with warnings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Self

from services.products.api.reading import today, words
from services.products.api.related import WarningOut
from services.products.api.views import Facts, FromModel
from services.products.model.product import Product
from services.products.model.version import READABLE, UNDER_WAY, Version
from services.products.queries.relations import Related, related
from shared.contracts.vocabulary import Standing, VersionState
from shared.http.door import Door
from shared.http.paging import Page, PageParams


class HeadingOut(FromModel):
    """Title and summary in one language."""

    language: str
    title: str
    summary: str


class CardOut(Facts):
    """A product in a list, with its published (or last) version."""

    standing: Standing
    number: int
    code: str
    state: VersionState
    languages: list[str]
    published_at: datetime | None
    valid_until: date | None
    withdrawn_reason: str | None
    headings: list[HeadingOut]
    warnings: list[WarningOut]

    @classmethod
    def of(
        cls,
        product: Product,
        version: Version,
        related_row: Sequence[Related],
        today: date,
        translate: Callable[[str], str],
    ) -> Self:
        """The view of a product by one of its versions."""
        readable = version.state in READABLE or version.state in UNDER_WAY
        shown = {
            "standing": product.standing(today),
            "number": version.number,
            "code": version.code,
            "state": version.state,
            "languages": version.languages,
            "published_at": version.published_at,
            "valid_until": version.valid_until,
            "withdrawn_reason": version.withdrawn_reason,
            "headings": [HeadingOut.model_validate(text) for text in version.texts] if readable else [],
            "warnings": WarningOut.all_of(related_row, translate),
        }
        return cls.model_validate({**cls.facts(product), **shown})


async def cards(
    door: Door, paging: PageParams, listed: Sequence[Product], *, newest: bool = False
) -> Page[CardOut]:
    """A page of products, each with its warnings; ``newest`` shows the version in progress."""
    day, translate = today(door), words(door)
    links = await door.read(related, listed, day)

    def card(product: Product) -> CardOut:
        version = product.newest if newest else product.published or product.known[-1]
        return CardOut.of(product, version, links[product.id], day, translate)

    return paging.page(listed, card, lambda item: item.id)
