"""Partnership and charter page data."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from services.portal import coverage
from services.portal.queries.reader import Reader

AT_HOME = 12
"""Partnerships on one page."""
NEWEST, NEWEST_OF = 8, 24
"""The number of newest products shown, out of so many published last."""


async def home(reader: Reader, cursor: str) -> dict[str, Any]:
    """A page of partnerships with their programmes, and the newest products."""
    chosen = urlencode({"limit": AT_HOME, **({"cursor": cursor} if cursor else {})})
    listed, newest = await asyncio.gather(
        reader.get("partners", f"partnerships?{chosen}"),
        reader.find("products", f"search?limit={NEWEST_OF}"),
    )
    partnerships: list[Any] = listed["items"] if listed else []
    programs, products = await asyncio.gather(
        _of_each(reader, "programs", partnerships), _of_each(reader, "products", partnerships)
    )
    for partnership, its_programs, its_products in zip(partnerships, programs, products, strict=True):
        partnership["programs"] = [program for program in its_programs if program["approved_at"]]
        partnership["products"] = len(its_products)
        partnership["signed"] = sum(party["signed_at"] is not None for party in partnership["parties"])
    # Work in progress first, then the newest.
    partnerships.sort(key=lambda item: (_is_at_work(item), item["formed_at"]), reverse=True)
    return {
        "partnerships": partnerships,
        "next": listed["next"] if listed else None,
        "products": _newest(newest["items"] if newest else []),
        "products_total": newest["total"] if newest else 0,
    }


def _newest(products: list[Any]) -> list[Any]:
    """The newest valid products; after these, if there is room, those no longer valid."""
    return sorted(products, key=lambda item: item["standing"] != "published")[:NEWEST]


async def _of_each(reader: Reader, what: str, partnerships: list[Any]) -> list[list[Any]]:
    """The programmes or products of each partnership (the service is named like them)."""
    return await asyncio.gather(
        *(reader.items(what, what, partnership_id=partnership["id"]) for partnership in partnerships)
    )


def _is_at_work(partnership: Mapping[str, Any]) -> bool:
    return any(program["state"] in ("approved", "running") for program in partnership["programs"])


async def partnership(reader: Reader, partnership_id: str) -> dict[str, Any]:
    """A partnership with everything that belongs to it; raises :class:`NotThere`."""
    partnership_row = await reader.get("partners", f"partnerships/{partnership_id}")
    if partnership_row is None:
        return {"partnership": None}
    base = f"partnerships/{partnership_id}"
    lists = {
        "ceremonies": ("partners", f"{base}/ceremonies"),
        "agreements": ("partners", "agreements"),
        "boards": ("partners", "boards"),
        "meetings": ("partners", "meetings"),
        "commitments": ("partners", "commitments"),
        "rounds": ("partners", "trust-rounds"),
        "programs": ("programs", "programs"),
        "problems": ("programs", "problems"),
        "products": ("products", "products"),
        "expired": ("products", "products?state=expired"),
        "withdrawn": ("products", "products?state=withdrawn"),
    }
    plan, figures, charters, timeline, custodians, *read = await asyncio.gather(
        reader.find("products", f"coverage-plans/{partnership_id}"),
        reader.find("programs", f"{base}/reports/figures"),
        reader.unpaged("partners", f"{base}/charters"),
        reader.unpaged("partners", f"{base}/timeline"),
        reader.unpaged("partners", f"{base}/custodians"),
        *(_belonging(reader, service, path, partnership_id) for service, path in lists.values()),
    )
    seen = dict(zip(lists, read, strict=True)) | {"charters": charters, "timeline": timeline}
    ended = seen.pop("expired") + seen.pop("withdrawn")
    covered = coverage.matrix(plan, seen["products"], ended) if plan else None
    return {
        "partnership": partnership_row,
        "names": party_names(partnership_row),
        "coverage": covered,
        "exemptions": plan["exemptions"] if plan else [],
        "ended": ended,
        "figures": figures,
        "custodians": {custodian["organisation_id"]: custodian for custodian in custodians},
        "one_hand": _one_hand(custodians),
        **seen,
    }


def _one_hand(custodians: list[Any]) -> dict[str, list[str]]:
    """The agencies that open the accounts of several parties, each with the names of these parties."""
    parties: dict[str, list[str]] = {}
    for custodian in custodians:
        parties.setdefault(custodian["agency"], []).append(custodian["organisation_name"])
    return {agency: names for agency, names in parties.items() if len(names) > 1}


async def _belonging(reader: Reader, service: str, path: str, partnership_id: str) -> list[Any]:
    path, _, state = path.partition("?state=")
    mine: dict[str, Any] = {} if path.startswith("partnerships/") else {"partnership_id": partnership_id}
    return await reader.items(service, path, state=state, **mine)


def party_names(partnership: Mapping[str, Any] | None) -> dict[str, str]:
    """The names of a partnership's organisations, including former parties, by their ids."""
    if partnership is None:
        return {}
    everybody = [*partnership["parties"], *partnership["former_parties"]]
    return {name["organisation_id"]: name["organisation_name"] for name in everybody}


async def charter(reader: Reader, partnership_id: str, number: int) -> dict[str, Any]:
    """A version of the charter, and its changes; raises :class:`NotThere`."""
    base = f"partnerships/{partnership_id}"
    partnership_data, version, changes = await asyncio.gather(
        reader.get("partners", base),
        reader.get("partners", f"{base}/charters/{number}"),
        reader.find("partners", f"{base}/charters/{number}/changes" if number > 1 else None),
    )
    return {
        "partnership": partnership_data,
        "names": party_names(partnership_data),
        "charter": version,
        "changes": changes,
    }
