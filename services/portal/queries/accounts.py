"""Accounts, with names and organisations from the registry."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request

from services.portal.identity import Identity
from services.portal.queries.reader import Reader

AT_ONCE = 100
FEW = 10
"""The number of results of a registry search."""


def as_id(text: str) -> str:
    """An id as it is written in addresses, "" for an invalid one."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""


async def names(identity: Identity, request: Request, token: str, ids: Iterable[str]) -> dict[str, str]:
    """The names for ids of accounts or persons, as far as the reader may see them.

    Raises what :meth:`Identity.ask` raises.
    """
    wanted = sorted({valid_id for text in ids if (valid_id := as_id(text))})
    names_by_id: dict[str, str] = {}
    for start in range(0, len(wanted), AT_ONCE):
        query: list[tuple[str, str]] = [("of", name) for name in wanted[start : start + AT_ONCE]]
        page = await identity.ask(
            request, "GET", f"accounts?{urlencode([('limit', str(AT_ONCE)), *query])}", token=token
        )
        for item in page["items"]:
            if item["display_name"]:
                names_by_id.setdefault(item["id"], item["display_name"])
                names_by_id.setdefault(item["person_id"], item["display_name"])
    return names_by_id


async def organisations(reader: Reader, ids: Iterable[str | None]) -> dict[str, Any]:
    """Organisations by their ids; missing or unreadable ones are left out."""
    wanted = sorted({valid_id for text in ids if text and (valid_id := as_id(text))})
    organisations_known = await asyncio.gather(
        *(reader.find("partners", f"organisations/{name}") for name in wanted)
    )
    return {
        name: organisation
        for name, organisation in zip(wanted, organisations_known, strict=True)
        if organisation
    }


async def in_registry(reader: Reader, words: str) -> dict[str, list[Any]]:
    """The agency's organisations and persons whose names contain the words."""
    if not words.strip():
        return {"organisations": [], "persons": []}
    query = urlencode({"q": words.strip(), "limit": FEW})
    listed = await asyncio.gather(
        reader.find("partners", f"organisations?{query}"), reader.find("partners", f"persons?{query}")
    )
    bodies, people = (page["items"] if page else [] for page in listed)
    return {"organisations": bodies, "persons": people}
