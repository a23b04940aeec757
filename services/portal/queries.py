"""What the pages show, read from the services' APIs as whoever looks at them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp

from services.portal import coverage
from shared.i18n import Locale
from shared.settings import Settings

SECONDS = 3.0
PAGE, PAGES = 100, 5
"""How many items are asked for at once, and how often at the most: a page shows no more of a list."""
NOTHING = (400, 404, 409, 422)
"""How a service says that what was asked for is not there, or cannot be."""
AT_HOME = 12
"""Partnerships on one page."""


class NotThere(LookupError):
    """No such thing is there for whoever reads."""


class AccessEnded(Exception):
    """A service does not believe the token any more: it was withdrawn, or has expired."""


@dataclass
class Reader:
    """Reads for one page; a service that is down leaves a gap, not an error (``silent`` names it).

    It reads as whoever ``token`` was given to, and without one as the public; raises :class:`AccessEnded`.
    """

    session: aiohttp.ClientSession
    settings: Settings
    locale: Locale
    token: str = field(default="", repr=False)
    silent: set[str] = field(default_factory=set)

    async def one(self, service: str, path: str) -> Any:
        """What is at a path; raises :class:`NotThere`, and is None where the service does not answer."""
        url = f"{self.settings.service_url(service)}/api/{service}/v1/{path}"
        headers: dict[str, str] = {"Accept-Language": self.locale}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        try:
            async with self.session.get(url, timeout=timeout, headers=headers) as answer:
                if self.token and answer.status == HTTPStatus.UNAUTHORIZED:
                    raise AccessEnded
                found = await answer.json(content_type=None)
                if answer.status in NOTHING and found["type"] != "/problems/unknown-service":
                    raise NotThere(path)
                answer.raise_for_status()
                return found
        except (aiohttp.ClientError, TimeoutError, ValueError, TypeError):
            self.silent.add(service)
            return None

    async def some(self, service: str, path: str, **wanted: Any) -> list[Any]:
        """The items of a list, by what is wanted of them: all, or the first five hundred."""
        chosen = {name: str(value) for name, value in wanted.items() if value}
        found: list[Any] = []
        for _ in range(PAGES):
            page = await self.one(service, f"{path}?{urlencode({'limit': PAGE, **chosen})}")
            if not isinstance(page, Mapping):
                return list(page or found)
            found += page["items"]
            if not page["next"]:
                break
            chosen["cursor"] = page["next"]
        return found

    async def whether(self, service: str, path: str) -> Any:
        """What is at a path, or None where there is nothing."""
        try:
            return await self.one(service, path)
        except NotThere:
            return None


async def home(reader: Reader, cursor: str) -> dict[str, Any]:
    """A page of partnerships with their programmes, and the newest products."""
    chosen = urlencode({"limit": AT_HOME, **({"cursor": cursor} if cursor else {})})
    listed, newest = await asyncio.gather(
        reader.one("partners", f"partnerships?{chosen}"), reader.whether("products", "search?limit=8")
    )
    partnerships: list[Any] = listed["items"] if listed else []
    programs, products = await asyncio.gather(
        _of_each(reader, "programs", partnerships), _of_each(reader, "products", partnerships)
    )
    for one, its_programs, its_products in zip(partnerships, programs, products, strict=True):
        one["programs"] = its_programs
        one["products"] = len(its_products)
        one["signed"] = sum(party["signed_at"] is not None for party in one["parties"])
    # Where work is under way comes first, then what was formed last.
    partnerships.sort(key=lambda one: (_is_at_work(one), one["formed_at"]), reverse=True)
    return {
        "partnerships": partnerships,
        "next": listed["next"] if listed else None,
        "products": newest["items"] if newest else [],
        "products_total": newest["total"] if newest else 0,
    }


async def _of_each(reader: Reader, what: str, partnerships: list[Any]) -> list[list[Any]]:
    """The programmes or products of each partnership (the service is called as they are)."""
    return await asyncio.gather(*(reader.some(what, what, partnership_id=one["id"]) for one in partnerships))


def _is_at_work(partnership: Mapping[str, Any]) -> bool:
    return any(one["state"] in ("approved", "running") for one in partnership["programs"])


async def partnership(reader: Reader, partnership_id: str) -> dict[str, Any]:
    """A partnership with all that belongs to it; raises :class:`NotThere`."""
    found = await reader.one("partners", f"partnerships/{partnership_id}")
    if found is None:
        return {"partnership": None}
    base = f"partnerships/{partnership_id}"
    lists = {
        "charters": ("partners", f"{base}/charters"),
        "ceremonies": ("partners", f"{base}/ceremonies"),
        "timeline": ("partners", f"{base}/timeline"),
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
    plan, *read = await asyncio.gather(
        reader.whether("products", f"coverage-plans/{partnership_id}"),
        *(_belonging(reader, service, path, partnership_id) for service, path in lists.values()),
    )
    seen = dict(zip(lists, read, strict=True))
    ended = seen.pop("expired") + seen.pop("withdrawn")
    covered = coverage.matrix(plan, seen["products"], ended) if plan else None
    return {"partnership": found, "names": party_names(found), "coverage": covered, "ended": ended, **seen}


async def _belonging(reader: Reader, service: str, path: str, partnership_id: str) -> list[Any]:
    path, _, state = path.partition("?state=")
    mine = {} if path.startswith("partnerships/") else {"partnership_id": partnership_id}
    return await reader.some(service, path, state=state, **mine)


def party_names(partnership: Mapping[str, Any] | None) -> dict[str, str]:
    """The names of a partnership's organisations, also of those that left, by their ids."""
    if partnership is None:
        return {}
    everybody = [*partnership["parties"], *partnership["former_parties"]]
    return {one["organisation_id"]: one["organisation_name"] for one in everybody}


async def charter(reader: Reader, partnership_id: str, number: int) -> dict[str, Any]:
    """A version of the charter, and what it changed; raises :class:`NotThere`."""
    base = f"partnerships/{partnership_id}"
    found, version, changes = await asyncio.gather(
        reader.one("partners", base),
        reader.one("partners", f"{base}/charters/{number}"),
        reader.whether("partners", f"{base}/charters/{number}/changes") if number > 1 else _nothing(),
    )
    return {"partnership": found, "names": party_names(found), "charter": version, "changes": changes}


async def _nothing() -> None:
    return None


async def program(reader: Reader, program_id: str) -> dict[str, Any]:
    """A programme with its indicators, activities and contributions; raises :class:`NotThere`."""
    found = await reader.one("programs", f"programs/{program_id}")
    if found is None:
        return {"program": None}
    its = found["partnership_id"]
    partnership, problems, programs, indicators, activities, shares, timeline = await asyncio.gather(
        reader.whether("partners", f"partnerships/{its}"),
        reader.some("programs", "problems", partnership_id=its),
        reader.some("programs", "programs", partnership_id=its),
        reader.some("programs", "indicators", program_id=program_id),
        reader.some("programs", "activities", program_id=program_id),
        reader.whether("programs", f"programs/{program_id}/contributions/shares"),
        reader.some("programs", f"programs/{program_id}/timeline"),
    )
    return {
        "program": found,
        "partnership": partnership,
        "names": party_names(partnership),
        "problems": [one for one in problems if one["id"] in found["problems"]],
        "previous": next((one for one in programs if one["id"] == found["previous_id"]), None),
        "following": next((one for one in programs if one["previous_id"] == found["id"]), None),
        "indicators": indicators,
        "activities": activities,
        "shares": shares,
        "timeline": timeline,
    }


async def problem(reader: Reader, problem_id: str) -> dict[str, Any]:
    """A problem with what is known of it; raises :class:`NotThere`."""
    found = await reader.one("programs", f"problems/{problem_id}")
    if found is None:
        return {"problem": None}
    partnership, programs, timeline = await asyncio.gather(
        reader.whether("partners", f"partnerships/{found['partnership_id']}"),
        reader.some("programs", "programs", problem_id=problem_id),
        reader.some("programs", f"problems/{problem_id}/timeline"),
    )
    return {
        "problem": found,
        "partnership": partnership,
        "names": party_names(partnership),
        "programs": programs,
        "timeline": timeline,
    }


async def product(reader: Reader, product_id: str) -> dict[str, Any]:
    """A product as the public sees it; raises :class:`NotThere`."""
    found = await reader.one("products", f"products/{product_id}")
    if found is None:
        return {"product": None}
    partnership, timeline = await asyncio.gather(
        reader.whether("partners", f"partnerships/{found['partnership_id']}"),
        reader.some("products", f"products/{product_id}/timeline"),
    )
    return {
        "product": found,
        "partnership": partnership,
        "names": party_names(partnership),
        "timeline": timeline,
    }


async def search(reader: Reader, wanted: Mapping[str, str]) -> dict[str, Any]:
    """Products by words and facets; ``found`` is None where nothing can be looked for so."""
    chosen = urlencode({name: value for name, value in wanted.items() if value})
    return {"found": await reader.whether("products", f"search?{chosen}")}


async def printed(reader: Reader, code: str) -> dict[str, Any]:
    """What became of a printed version, and what came after it; raises :class:`NotThere`."""
    found = await reader.one("products", f"prints/{quote(code, safe='')}")
    after: list[Any] = found["replaced_by"] if found else []
    if found and found["revoked_on"] and not after:
        # A regulation can name its successor also where no relation does.
        revoked = await reader.whether("products", f"products/{found['product_id']}")
        successor = revoked["legal"]["replaced_by"] if revoked and revoked["legal"] else None
        named = await reader.whether("products", f"products/{successor}") if successor else None
        after = [{"product_id": named["id"], "title": named["title"]}] if named else []
    return {"printed": found, "after": after}
