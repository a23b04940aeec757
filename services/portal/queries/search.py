"""Federated search: partnerships, programmes, problems and products."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlencode

from services.portal.queries.reader import Reader
from shared.areas import area_name

SHOWN, SHOWN_ALONE = 10, 20
"""The number of results shown of each kind, and per page of one kind."""
NONE: dict[str, Any] = {"items": [], "next": None}
LISTS = {
    "partnerships": ("partners", "partnerships"),
    "programs": ("programs", "programs"),
    "problems": ("programs", "problems"),
    "products": ("products", "search"),
}


async def everything(reader: Reader, question: str, kind: str, cursor: str) -> dict[str, Any]:
    """The results of each kind, or a page of one kind; None without a valid question."""
    if not question:
        return {"groups": None, "only": ""}
    asked = {"q": question, "limit": SHOWN}
    only, lists = "", LISTS
    if kind in LISTS:
        asked |= {"limit": SHOWN_ALONE} | ({"cursor": cursor} if cursor else {})
        only, lists = kind, {kind: LISTS[kind]}
    chosen = urlencode(asked)
    pages = await asyncio.gather(
        *(reader.find(service, f"{path}?{chosen}") for service, path in lists.values())
    )
    groups = dict.fromkeys(LISTS, NONE) | {
        name: page or NONE for name, page in zip(lists, pages, strict=True)
    }
    await _placed(reader, groups)
    return {"groups": groups, "only": only}


async def _placed(reader: Reader, groups: dict[str, dict[str, Any]]) -> None:
    """Add the partnership and the place to programmes and problems."""
    belonging = [*groups["programs"]["items"], *groups["problems"]["items"]]
    known = {item["id"]: item for item in groups["partnerships"]["items"]}
    ids = sorted({line["partnership_id"] for line in belonging} - known.keys())
    asked = await asyncio.gather(
        *(reader.find("partners", f"partnerships/{partnership_id}") for partnership_id in ids)
    )
    known |= {answer["id"]: answer for answer in asked if answer}
    for line in belonging:
        partnership = known.get(line["partnership_id"])
        line["partnership"] = partnership["title"] if partnership else ""
        area = line.get("area") or (partnership["area"] if partnership else "")
        line["place"] = area_name(area) or area
