"""Identity client of the portal."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from starlette.requests import Request

from shared.api_client import ApiClient, NotAnswered, Problem
from shared.http.addresses import OWN, OWN_HEADER
from shared.http.language import locale_of
from shared.http.rate_limits import RateLimits
from shared.settings import Settings

SECONDS = 10.0
"""Longer than for a page: hashing a password takes time, and may wait for others."""


class IdentityUnavailable(Exception):
    """Identity does not answer."""


class IdentityRefused(Exception):
    """Identity refused. ``status`` is its own; ``detail`` and ``remedy`` are in the reader's language."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.type)
        self.status = problem.status
        self.code = problem.type.removeprefix("/problems/")
        self.detail = problem.detail
        # Validation errors are worded for programs.
        self.remedy = "" if self.code == "invalid-request" else problem.remedy
        self.wait = problem.wait
        # Validation errors: the invalid fields, as JSON pointers into the body.
        told = problem.errors if self.code == "invalid-request" else ()
        # The pointer of the whole body is empty (RFC 6901): no single field is wrong then.
        self.fields = frozenset(str(item.get("pointer", "")).partition("/")[2].split("/")[0] for item in told)


@dataclass(frozen=True, slots=True)
class Identity:
    """Client of the identity service, or of another service on behalf of a visitor."""

    settings: Settings
    limits: RateLimits
    service: str = "identity"
    offered: set[str] = field(default_factory=set)
    """The paths of its OpenAPI, once they have been read."""

    async def offers(self, path: str) -> bool:
        """Whether it has a path (as OpenAPI writes it); False while it does not answer."""
        if not self.offered:
            with suppress(IdentityUnavailable, IdentityRefused):
                described = await self._asked("GET", "openapi.json", None, {})
                self.offered.update(described.get("paths", ()))
        return path in self.offered

    async def ask(
        self,
        request: Request,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str = "",
        key: str = "",
    ) -> Any:
        """The answer of identity (None if empty).

        Raises :class:`IdentityRefused` or :class:`IdentityUnavailable`.
        The reader's address is forwarded; identity trusts it if the portal is a trusted proxy. A ``key``
        makes a creation that is sent twice happen once.
        """
        headers: dict[str, str] = {"Accept-Language": locale_of(request)}
        if address := self.limits.key_of(request.scope):
            headers |= {"X-Forwarded-For": address, OWN_HEADER: OWN}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if key:
            headers["Idempotency-Key"] = key
        return await self._asked(method, path, body, headers)

    async def _asked(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        try:
            async with ApiClient.connected(self.settings.service_url) as client:
                return await client.ask(
                    self.service, path, method=method, body=body, headers=headers, seconds=SECONDS
                )
        except Problem as problem:
            if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise IdentityUnavailable from problem
            raise IdentityRefused(problem) from problem
        except NotAnswered as error:
            raise IdentityUnavailable from error
