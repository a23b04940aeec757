"""Product, search and print check page data."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from services.portal.queries.partnerships import party_names
from services.portal.queries.reader import Reader

USES = 10
"""The number of uses shown for a product."""


async def product(reader: Reader, product_id: str) -> dict[str, Any]:
    """A product as the public sees it; raises :class:`NotThere`."""
    product_row = await reader.get("products", f"products/{product_id}")
    if product_row is None:
        return {"product": None}
    partnership, timeline, uses = await asyncio.gather(
        reader.find("partners", f"partnerships/{product_row['partnership_id']}"),
        reader.unpaged("products", f"products/{product_id}/timeline"),
        _uses(reader, product_id),
    )
    return {
        "product": product_row,
        "uses": uses,
        "partnership": partnership,
        "names": party_names(partnership),
        "timeline": timeline,
    }


async def _uses(reader: Reader, product_id: str) -> list[dict[str, Any]]:
    """The latest recorded uses, newest first, each with its activity."""
    uses = await reader.items("products", f"products/{product_id}/uses")
    newest = sorted(uses, key=lambda use: str(use["on"]), reverse=True)[:USES]
    activities = await asyncio.gather(
        *(
            reader.find("programs", f"activities/{use['activity_id']}") if use["activity_id"] else _nothing()
            for use in newest
        )
    )
    return [use | {"activity": activity} for use, activity in zip(newest, activities, strict=True)]


async def _nothing() -> None:
    return None


async def search(reader: Reader, wanted: Mapping[str, str]) -> dict[str, Any]:
    """Products by words and facets; ``found`` is None if the search is not valid."""
    chosen = urlencode({name: value for name, value in wanted.items() if value})
    return {"found": await reader.find("products", f"search?{chosen}")}


async def printed(reader: Reader, code: str) -> dict[str, Any]:
    """A printed version, and its successors; raises :class:`NotThere`."""
    print_row = await reader.get("products", f"prints/{quote(code, safe='')}")
    after: list[Any] = print_row["replaced_by"] if print_row else []
    if print_row and print_row["revoked_on"] and not after:
        # A regulation can name its successor even without a relation.
        revoked = await reader.find("products", f"products/{print_row['product_id']}")
        successor = revoked["legal"]["replaced_by"] if revoked and revoked["legal"] else None
        named = await reader.find("products", f"products/{successor}") if successor else None
        after = [{"product_id": named["id"], "title": named["title"]}] if named else []
    return {"printed": print_row, "after": after}
