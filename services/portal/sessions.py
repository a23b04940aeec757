"""Web sessions: cookie, and the access token it is exchanged for, cached in memory."""

from __future__ import annotations

import base64
import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from services.portal.identity import Identity, IdentityRefused, IdentityUnavailable
from shared.http.rate_limits import RateLimits
from shared.identity.permissions import Role

if TYPE_CHECKING:
    from shared.clock import Clock
    from shared.settings import Settings

MOST = 1000
"""The maximum number of cached access tokens; the oldest is requested again."""
OVER = (HTTPStatus.UNAUTHORIZED, HTTPStatus.UNPROCESSABLE_ENTITY)
"""The problems of identity for an unknown session, or an invalid secret."""
KNOWN_FOR = timedelta(days=180)
"""How long a browser remembers that somebody has signed in with it."""
EARLY = timedelta(seconds=30)
"""How long before its expiry a token is replaced, so that none expires while a page is read."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in visitor, with access to the services until it ends."""

    secret: str = field(repr=False)
    token: str = field(repr=False)
    until: datetime
    name: str = field(repr=False)
    session_id: str
    person: str = ""
    roles: frozenset[str] = frozenset()

    @property
    def administers(self) -> bool:
        """Whether the visitor may change the agency's data; the services decide, this shows links."""
        return Role.ADMINISTRATOR in self.roles

    @property
    def oversees(self) -> bool:
        """Whether the visitor may see the agency's accounts and log."""
        return self.administers or Role.AUDITOR in self.roles

    @property
    def triages(self) -> bool:
        """Whether the visitor may see reports from residents."""
        return bool(self.roles & {Role.COORDINATOR, Role.REPRESENTATIVE})

    @property
    def judges(self) -> bool:
        """Whether the visitor may judge what other parties did."""
        return Role.REPRESENTATIVE in self.roles

    @property
    def office(self) -> str:
        """The first agency page of the visitor, "" if there is none."""
        if self.oversees:
            return "/agency"
        return "/agency/audit" if Role.OPERATOR in self.roles else ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: the visitor, if signed in; whether it has a session that has ended."""

    visitor: Visitor | None = None
    is_over: bool = False
    silent: frozenset[str] = frozenset()

    @property
    def token(self) -> str:
        """The token for reading the services; "" reads as the public."""
        return self.visitor.token if self.visitor else ""

    @property
    def roles(self) -> frozenset[str]:
        """The roles for reading the services."""
        return self.visitor.roles if self.visitor else frozenset()


class Visitors:
    """Identifies visitors by their cookie."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.identity = Identity(settings, RateLimits(settings))
        self.clock = clock
        self.is_secure = settings.public_url.startswith("https://")
        # A cookie with this prefix is accepted only from https and for this host (RFC 6265bis, 4.1.3.2).
        self.cookie = "__Host-kemitraan" if self.is_secure else "kemitraan"
        self.known_cookie = f"{self.cookie}-known"
        self.known: OrderedDict[str, Visitor] = OrderedDict()

    def secret_in(self, request: Request) -> str:
        """The session secret in the browser's cookie, "" if there is none."""
        return request.cookies.get(self.cookie, "")

    async def visit(self, request: Request) -> Visit:
        """The visitor of a request, looked up once."""
        known_visit: Visit | None = getattr(request.state, "visit", None)
        if known_visit is None:
            known_visit = request.state.visit = await self._visit(request)
        return known_visit

    async def renew(self, request: Request) -> Visit:
        """The visitor with a new access token: it may have been revoked while the session goes on."""
        self.forget(self.secret_in(request))
        request.state.visit = None
        return await self.visit(request)

    def forget(self, secret: str) -> None:
        """Drop the access token of a session."""
        self.known.pop(_key(secret), None)

    async def end_session(self, request: Request) -> None:
        """End the browser's session, if it has one; raises :class:`IdentityUnavailable`."""
        if secret := self.secret_in(request):
            self.forget(secret)
            try:
                await self.identity.ask(request, "POST", "sessions/end", {"secret": secret})
            except IdentityRefused:
                return  # it never was a session

    def drop_ended_cookie(self, visit: Visit, answer: Response) -> Response:
        """Delete the browser's cookie if its session has ended."""
        if visit.is_over:
            self.drop_session_cookie(answer)
        return answer

    def set_session_cookie(self, answer: Response, secret: str) -> Response:
        """Set the cookie with the session's secret, until the browser is closed."""
        del answer.headers["set-cookie"]  # that of an earlier session may have been dropped
        answer.set_cookie(self.cookie, secret, path="/", secure=self.is_secure, httponly=True, samesite="lax")
        return answer

    def set_browser_cookie(self, answer: Response, secret: str) -> Response:
        """Set the cookie that identifies the browser at the next sign-in, despite failures of others."""
        if secret:
            answer.set_cookie(
                self.known_cookie,
                secret,
                max_age=int(KNOWN_FOR.total_seconds()),
                path="/",
                secure=self.is_secure,
                httponly=True,
                samesite="lax",
            )
        return answer

    def drop_session_cookie(self, answer: Response) -> Response:
        """Delete the session cookie."""
        del answer.headers["set-cookie"]
        answer.delete_cookie(self.cookie, path="/", secure=self.is_secure, httponly=True, samesite="lax")
        return answer

    async def _visit(self, request: Request) -> Visit:
        secret = self.secret_in(request)
        if not secret:
            return Visit()
        known = self.known.get(_key(secret))
        if known is not None and self.clock.now() < known.until - EARLY:
            self.known.move_to_end(_key(secret))
            return Visit(known)
        self.forget(secret)
        try:
            visitor = await self._admitted(request, secret)
        except IdentityRefused as refusal:
            if refusal.status in OVER:
                return Visit(is_over=True)
            return Visit(silent=frozenset({"identity"}))
        except IdentityUnavailable:
            return Visit(silent=frozenset({"identity"}))
        self.keep(visitor)
        return Visit(visitor)

    def keep(self, visitor: Visitor) -> None:
        """Store one more access token, and drop expired ones."""
        now = self.clock.now()
        for key in [key for key, name in self.known.items() if name.until <= now]:
            del self.known[key]
        self.known[_key(visitor.secret)] = visitor
        while len(self.known) > MOST:
            self.known.popitem(last=False)

    async def _admitted(self, request: Request, secret: str) -> Visitor:
        access: dict[str, Any] = await self.identity.ask(request, "POST", "access", {"secret": secret})
        token = access["access_token"]
        me = await self.identity.ask(request, "GET", "me", token=token)
        until = datetime.fromisoformat(access["expires_at"])
        roles = frozenset(access["roles"])
        return Visitor(secret, token, until, me["display_name"], _session_in(token), access["person"], roles)


def _key(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _session_in(token: str) -> str:
    """The session of an access token, which identity itself has just issued."""
    claims = token.split(".")[1]
    content = orjson.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    return str(content.get("sid", ""))
