"""API reader: calls the services for one page as its user."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from shared.api_client import ApiClient, NotAnswered, Problem

SECONDS = 3.0
PAGE, PAGES = 100, 5
"""The page size and the maximum number of pages: a page shows no more of a list."""
WHOLE = 100
"""The maximum number of pages where a number is wrong unless all are counted."""
NOTHING = (400, 403, 404, 409, 422)
"""The problems of a service for something that is missing, invalid, or not for this reader."""


class NotThere(LookupError):
    """Nothing is there for this reader."""


class AccessEnded(Exception):
    """A service no longer accepts the token: it was revoked, or has expired."""


@dataclass
class Reader:
    """Reads for one page; a service that is down leaves a gap, not an error (``silent`` lists it).

    It reads with ``token``, and without one as the public; raises :class:`AccessEnded`.
    """

    client: ApiClient
    token: str = field(default="", repr=False)
    roles: frozenset[str] = frozenset()
    silent: set[str] = field(default_factory=set)

    async def get(self, service: str, path: str) -> Any:
        """One resource; raises :class:`NotThere`, and is None if the service does not answer."""
        try:
            return await self.client.ask(service, path, token=self.token, seconds=SECONDS)
        except Problem as problem:
            if self.token and problem.status == HTTPStatus.UNAUTHORIZED:
                raise AccessEnded from problem
            if problem.status in NOTHING:
                raise NotThere(path) from problem
        except NotAnswered:
            pass
        self.silent.add(service)
        return None

    async def items(self, service: str, path: str, *, pages: int = PAGES, **wanted: Any) -> list[Any]:
        """The filtered items of a list: all, or those of the first ``pages``."""
        chosen = {name: str(value) for name, value in wanted.items() if value}
        items: list[Any] = []
        for _ in range(pages):
            page = await self.get(service, f"{path}?{urlencode({'limit': PAGE, **chosen})}")
            if page is None:
                break
            items += page["items"]
            if not page["next"]:
                break
            chosen["cursor"] = page["next"]
        return items

    async def unpaged(self, service: str, path: str) -> list[Any]:
        """A list that is not paged."""
        return list(await self.get(service, path) or ())

    async def find(self, service: str, path: str | None) -> Any:
        """One resource, or None if there is none, or no ``path``."""
        if not path:
            return None
        try:
            return await self.get(service, path)
        except NotThere:
            return None
