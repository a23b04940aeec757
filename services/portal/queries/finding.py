"""One question to all services: partnerships, programmes, problems and products with its words."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlencode

from services.portal.queries.reader import Reader
from shared.areas import area_name

SHOWN = 10
"""How many of a kind are shown; of products, their own search shows the others."""
LISTS = {
    "partnerships": ("partners", "partnerships"),
    "programs": ("programs", "programs"),
    "problems": ("programs", "problems"),
    "products": ("products", "search"),
}


async def everything(reader: Reader, question: str) -> dict[str, Any]:
    """What is found of each kind; None where nothing was asked, or cannot be."""
    if not question:
        return {"groups": None}
    chosen = urlencode({"q": question, "limit": SHOWN})
    pages = await asyncio.gather(
        *(reader.whether(service, f"{path}?{chosen}") for service, path in LISTS.values())
    )
    groups = {name: page or {"items": [], "next": None} for name, page in zip(LISTS, pages, strict=True)}
    await _placed(reader, groups)
    return {"groups": groups}


async def _placed(reader: Reader, groups: dict[str, dict[str, Any]]) -> None:
    """Say of programmes and problems to which partnership they belong, and where."""
    belonging = [*groups["programs"]["items"], *groups["problems"]["items"]]
    known = {one["id"]: one for one in groups["partnerships"]["items"]}
    ids = sorted({one["partnership_id"] for one in belonging} - known.keys())
    asked = await asyncio.gather(*(reader.whether("partners", f"partnerships/{one}") for one in ids))
    known |= {one["id"]: one for one in asked if one}
    for line in belonging:
        partnership = known.get(line["partnership_id"])
        line["partnership"] = partnership["title"] if partnership else ""
        area = line.get("area") or (partnership["area"] if partnership else "")
        line["place"] = area_name(area) or area
