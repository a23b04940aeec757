"""Rate limits by address and account, general and per operation."""

from __future__ import annotations

import structlog
from fastapi import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.clock import Clock
from shared.http.addresses import ClientAddress, counted, within
from shared.http.problems import problem
from shared.http.request_headers import header
from shared.i18n import negotiate, translator
from shared.identity.tokens import TokenRefused, TokenVerifier
from shared.networks import PRIVATE, hosts_and_networks
from shared.observability import metrics
from shared.rates import Counts, Rate, RateState
from shared.refusal import Refusal
from shared.settings import Settings

ADDRESS, ACCOUNT = "address", "account"
MOST_REMEMBERED = 10_000
MOST_PROXIES = 16
log = structlog.get_logger(__name__)


class TooManyRequests(Refusal):
    """A caller sends more requests than allowed."""

    kind = "limited"
    message = "Too many requests; the next one is accepted in %(seconds)s seconds."
    remedy = "Wait for the time given by Retry-After, then send requests less often."

    def __init__(self, limit: str, rate: Rate, standing: RateState) -> None:
        super().__init__(seconds=standing.wait)
        self.limit = limit
        self.headers = {"Retry-After": str(standing.wait)} | ratelimit_headers(limit, rate, standing)


def ratelimit_headers(limit: str, rate: Rate, standing: RateState) -> dict[str, str]:
    """The header fields of draft-ietf-httpapi-ratelimit-headers: the limit, and what is left of it."""
    return {
        "RateLimit-Policy": f'"{limit}";q={rate.most};w={rate.seconds}',
        "RateLimit": f'"{limit}";r={standing.left};t={standing.full_in}',
    }


class RateLimits:
    """The request counters of one service in this process."""

    def __init__(self, settings: Settings, counts: Counts | None = None) -> None:
        self.counts = counts or Counts()
        self.address = Rate.parse(settings.limit_address)
        self.account = Rate.parse(settings.limit_account)
        self.public_writes = settings.limit_public_writes
        self._exempt = hosts_and_networks(settings.limit_exempt)[1]
        self._keys: dict[ClientAddress, str] = {}
        self.unnamed_proxies: set[str] = set()
        """Proxies missing in KEMITRAAN_TRUSTED_PROXIES: their clients are all counted as the proxy."""

    def key_of(self, scope: Scope) -> str:
        """The address for counting, "" for an exempt one; requests through a proxy are never exempt."""
        whence = ClientAddress.of(scope)
        known = self._keys.get(whence)
        if known is None:
            if len(self._keys) > MOST_REMEMBERED:
                self._keys.clear()
            known = self._keys[whence] = self._key(whence)
        return known

    def _key(self, whence: ClientAddress) -> str:
        if whence.unnamed:
            self._note(whence.unnamed)
        exempt = not whence.through and within(whence.address, self._exempt)
        return "" if exempt else counted(whence.address)

    def _note(self, proxy: str) -> None:
        """Log once for each nearby proxy that it is not named; headers of strangers prove nothing."""
        near = within(proxy, self._exempt) or within(proxy, PRIVATE)
        if near and proxy not in self.unnamed_proxies and len(self.unnamed_proxies) < MOST_PROXIES:
            self.unnamed_proxies.add(proxy)
            log.warning(
                "requests come through a proxy that is not named; all of them count as one address",
                proxy=proxy,
                remedy=f"name it: KEMITRAAN_TRUSTED_PROXIES={proxy}",
            )

    def count(self, rate: Rate | None, limit: str, key: str) -> dict[str, str]:
        """Count a request; returns the rate limit headers. Raises :class:`TooManyRequests`."""
        if rate is None or not key:
            return {}
        standing = self.counts.hit(rate, limit, key)
        if standing.wait:
            raise TooManyRequests(limit, rate, standing)
        return ratelimit_headers(limit, rate, standing)


class RateLimitMiddleware:
    """Counts every request: by account if a valid token names one, else by address."""

    def __init__(self, app: ASGIApp, limits: RateLimits, verifier: TokenVerifier, clock: Clock) -> None:
        self.app = app
        self.limits = limits
        self.verifier = verifier
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or answer 429 as a problem."""
        if scope["type"] != "http" or not (key := self.limits.key_of(scope)):
            await self.app(scope, receive, send)
            return
        try:
            account = await self._account(header(scope, b"authorization") or "")
            if account:
                headers = self.limits.count(self.limits.account, ACCOUNT, account)
            else:
                headers = self.limits.count(self.limits.address, ADDRESS, key)
        except TooManyRequests as refusal:
            answer = await refused(Request(scope), refusal)
            await answer(scope, receive, send)
            return
        more = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await self.app(scope, receive, sending)

    async def _account(self, authorization: str) -> str:
        """The account of a valid token; "" otherwise."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            return ""
        try:
            actor = await self.verifier.verify(token.strip(), self.clock.now())
        except TokenRefused:
            return ""
        return f"{actor.agency} {actor.person}"


class RateLimit:
    """A rate limit of one operation, in addition to the general ones; as a dependency it counts by address.

    ``Limit("sign-in", per_address="20/minute", per_account="10/hour")`` on a route, as
    ``dependencies=[Depends(SIGN_IN)]``, refuses the 21st request of an address in a minute with 429. The
    account that an attempt is about is in the body, so the handler counts that itself, before it verifies a
    password: ``SIGN_IN.attempt(request, body.name)``. Exempt addresses (KEMITRAAN_LIMIT_EXEMPT) are not
    counted, but attempts on an account always are. A rate is written as ``Rate.parse`` reads it.
    """

    def __init__(self, name: str, *, per_address: str = "none", per_account: str = "none") -> None:
        self.name = name
        self._address = Rate.parse(per_address)
        self._account = Rate.parse(per_account)

    async def __call__(self, request: Request) -> None:
        """Count a request by its address; raises :class:`TooManyRequests`."""
        limits: RateLimits = request.app.state.runtime.limits
        limits.count(self._address, self.name, limits.key_of(request.scope))

    def attempt(self, request: Request, account: str) -> None:
        """Count an attempt on an account, however its name is written; raises :class:`TooManyRequests`."""
        limits: RateLimits = request.app.state.runtime.limits
        limits.count(self._account, f"{self.name} of one account", account.strip().casefold()[:200])


async def public_writes(request: Request) -> None:
    """The limit of operations that anybody may use to write, set by KEMITRAAN_LIMIT_PUBLIC_WRITES."""
    await RateLimit("public-writes", per_address=request.app.state.runtime.limits.public_writes)(request)


async def refused(request: Request, refusal: Exception) -> Response:
    """The response 429, counted."""
    if not isinstance(refusal, TooManyRequests):
        raise TypeError(type(refusal)) from refusal
    service = request.scope.get("ids", {}).get("service", "")
    metrics.HTTP_LIMITED.labels(service, refusal.limit).inc()
    language = request.headers.get("accept-language")
    detail, remedy = refusal.localised(translator(negotiate(language)))
    answer = problem(
        language, 429, refusal.code, detail=detail, remedy=remedy, instance=request.scope["path"]
    )
    answer.headers.update(refusal.headers)
    return answer
