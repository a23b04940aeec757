"""The HTTP client of the services' APIs: for whatever asks them, inside the system and outside."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

from shared.console import reason_of
from shared.i18n import Locale
from shared.i18n.terminal import _
from shared.observability.tracing import current_traceparent

if TYPE_CHECKING:
    import aiohttp

SECONDS = 30.0
CONNECT_SECONDS = 10.0
_UNKNOWN_SERVICE = "/problems/unknown-service"


class NotAnswered(Exception):
    """A service does not answer, or something else answers at its address."""

    def __init__(self, service: str, url: str, reason: str) -> None:
        super().__init__(reason)
        self.service = service
        self.url = url
        self.reason = reason


class Problem(Exception):
    """A service returned a problem (RFC 9457), in the requested language."""

    def __init__(self, service: str, status: int, said: Mapping[str, Any], wait: str = "") -> None:
        self.service = service
        self.status = status
        self.type = str(said.get("type", ""))
        self.detail = str(said.get("detail", ""))
        self.remedy = str(said.get("remedy", ""))
        self.errors: list[dict[str, str]] = list(said.get("errors", ()))
        self.wait = wait
        super().__init__(f"{self.detail} {self.remedy}".strip())

    def told(self) -> str:
        """One line: the invalid fields and their errors, or the refusal and its remedy."""
        return "; ".join(f"{error['pointer']}: {error['detail']}" for error in self.errors) or str(self)


class ApiClient:
    """HTTP client of the services at ``urls``, in one session and one language.

    Only aiohttp repeats requests: an idempotent one on a kept-alive connection that its server had closed
    meanwhile. Everything else is sent once.
    """

    def __init__(
        self, urls: Callable[[str], str], session: aiohttp.ClientSession, locale: Locale = "en"
    ) -> None:
        self.urls = urls
        self.session = session
        self.locale = locale

    @classmethod
    @asynccontextmanager
    async def connected(
        cls, urls: Callable[[str], str], locale: Locale = "en", **session: Any
    ) -> AsyncIterator[ApiClient]:
        """A client with its own session, which ends with the block."""
        import aiohttp

        async with aiohttp.ClientSession(**session) as opened:
            yield cls(urls, opened, locale)

    def url(self, service: str, path: str) -> str:
        """The URL of a path in a service's API."""
        return f"{self.urls(service)}/api/{service}/v1/{path.removeprefix('/')}"

    async def ask(
        self, service: str, path: str, *, method: str = "GET", body: Any = None, **more: Any
    ) -> Any:
        """The answer, or None if it is empty; raises :class:`Problem` or :class:`NotAnswered`."""
        sent = more if "data" in more else {"json": body, **more}
        async with self.open(service, path, method=method, **sent) as answer:
            text = await answer.read()
            try:
                return json.loads(text) if text else None
            except ValueError as error:
                raise NotAnswered(service, str(answer.url), reason_of(error)) from error

    @asynccontextmanager
    async def open(
        self,
        service: str,
        path: str,
        *,
        method: str = "GET",
        token: str = "",
        headers: Mapping[str, str] = MappingProxyType({}),
        seconds: float | None = SECONDS,
        idle: float | None = None,
        accepted: Collection[int] = (),
        **sent: Any,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """A streamed response; raises :class:`Problem` or :class:`NotAnswered`, also within the block.

        ``seconds`` limits the whole, ``idle`` the wait for each chunk. Statuses from 300 on are returned if
        they are ``accepted``. ``sent`` is a body as aiohttp takes it.
        """
        import aiohttp

        url = self.url(service, path)
        limit = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS, sock_read=idle)
        asked = self.session.request(
            method, url, headers=self._headers(token, headers), timeout=limit, allow_redirects=False, **sent
        )
        try:
            async with asked as answer:
                if answer.status >= HTTPStatus.MULTIPLE_CHOICES and answer.status not in accepted:
                    await _refuse(service, answer)
                yield answer
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NotAnswered(service, url, reason_of(error)) from error

    def _headers(self, token: str, more: Mapping[str, str]) -> dict[str, str]:
        headers: dict[str, str] = {"Accept-Language": self.locale}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if traceparent := current_traceparent():
            headers["traceparent"] = traceparent
        return headers | dict(more)


async def _refuse(service: str, answer: aiohttp.ClientResponse) -> NoReturn:
    try:
        said = json.loads(await answer.read())
    except ValueError:
        said = None
    moved = answer.status < HTTPStatus.BAD_REQUEST
    if moved or not isinstance(said, dict) or said.get("type") == _UNKNOWN_SERVICE:
        facts = {"call": f"{answer.method} {answer.url.path}", "status": answer.status}
        raise NotAnswered(service, str(answer.url), _("%(call)s was answered with %(status)s", **facts))
    raise Problem(service, answer.status, said, answer.headers.get("Retry-After", ""))
