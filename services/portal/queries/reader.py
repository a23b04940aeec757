"""API reader: calls the services for one page as its user."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import aiohttp

from shared.i18n import Locale
from shared.settings import Settings

SECONDS = 3.0
PAGE, PAGES = 100, 5
"""How many items are asked for at once, and how often at the most: a page shows no more of a list."""
NOTHING = (400, 403, 404, 409, 422)
"""How a service says that what was asked for is not there, cannot be, or is not for whoever asks."""


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
    roles: frozenset[str] = frozenset()
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
                content = await answer.json(content_type=None)
                if answer.status in NOTHING and content["type"] != "/problems/unknown-service":
                    raise NotThere(path)
                answer.raise_for_status()
                return content
        except (aiohttp.ClientError, TimeoutError, ValueError, TypeError):
            self.silent.add(service)
            return None

    async def some(self, service: str, path: str, **wanted: Any) -> list[Any]:
        """The items of a list, by what is wanted of them: all, or the first five hundred."""
        chosen = {name: str(value) for name, value in wanted.items() if value}
        items: list[Any] = []
        for _ in range(PAGES):
            page = await self.one(service, f"{path}?{urlencode({'limit': PAGE, **chosen})}")
            if page is None:
                break
            items += page["items"]
            if not page["next"]:
                break
            chosen["cursor"] = page["next"]
        return items

    async def whole(self, service: str, path: str) -> list[Any]:
        """A list that comes in one piece: what is of one thing alone."""
        return list(await self.one(service, path) or ())

    async def whether(self, service: str, path: str) -> Any:
        """What is at a path, or None where there is nothing."""
        try:
            return await self.one(service, path)
        except NotThere:
            return None
