"""What the page shows, read from the services' public APIs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from shared.settings import Settings

SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Overview:
    """Partnerships with their programmes and products, and which services did not answer."""

    partnerships: list[dict[str, Any]] = field(default_factory=list)
    products: list[dict[str, Any]] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)


async def overview(session: aiohttp.ClientSession, settings: Settings) -> Overview:
    """Read everything that the page shows; a service that is down leaves a gap, not an error."""
    silent: list[str] = []

    async def items(service: str, path: str) -> list[dict[str, Any]]:
        url = f"{settings.service_url(service)}/api/{service}/v1/{path}?limit=100"
        try:
            async with session.get(url, timeout=aiohttp.ClientTimeout(total=SECONDS)) as answer:
                answer.raise_for_status()
                found: list[dict[str, Any]] = (await answer.json())["items"]
                return found
        except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
            silent.append(service)
            return []

    partnerships, programs, products = await asyncio.gather(
        items("partners", "partnerships"), items("programs", "programs"), items("products", "products")
    )
    for partnership in partnerships:
        partnership["programs"] = [one for one in programs if one["partnership_id"] == partnership["id"]]
        partnership["signed"] = sum(party["signed_at"] is not None for party in partnership["parties"])
    return Overview(partnerships, products, silent)
