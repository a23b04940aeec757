"""Client addresses: direct, or forwarded by a trusted proxy."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from shared.http.request_headers import headers_of
from shared.networks import Network

OWN_HEADER = "X-Kemitraan-Own"
OWN = secrets.token_urlsafe(24)
"""Known only in this process: it lets a local service trust the portal."""
_FORWARDING = {b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip"}
LONGEST = 64


class ForwardedMiddleware:
    """Trusts forwarding headers of named proxies only; keeps the address of the connection."""

    def __init__(self, app: ASGIApp, proxies: Collection[Network]) -> None:
        self.app = app
        self._named = ProxyHeadersMiddleware(app, [str(network) for network in proxies])  # type: ignore[arg-type]
        self._own = ProxyHeadersMiddleware(app, "*")  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with the client's address."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["peer"] = scope.get("client")
        name, own = OWN_HEADER.lower().encode(), OWN.encode()
        believed = self._own if (name, own) in scope["headers"] else self._named
        await believed(scope, receive, send)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class ClientAddress:
    """The origin of a request: the client, whether ``through`` a proxy, and that proxy if it is not named."""

    address: str
    through: bool
    unnamed: str = ""

    @classmethod
    def of(cls, scope: Scope) -> ClientAddress:
        """Read it from a request after :class:`ForwardedMiddleware`."""
        client, peer = _host(scope.get("client")), _host(scope.get("peer", scope.get("client")))
        if client != peer:
            return cls(client, through=True)
        through = not _FORWARDING.isdisjoint(headers_of(scope))
        # A named proxy without forwarding headers counts as the client.
        return cls(peer, through, peer if through else "")


def _host(pair: tuple[str, int] | None) -> str:
    return pair[0][:LONGEST] if pair else ""


def within(host: str, networks: Iterable[Network]) -> bool:
    """Whether a host is an address in one of the networks; an IPv4 address may be written as IPv6."""
    try:
        address = ip_address(host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in networks)


def counted(host: str) -> str:
    """The address for rate limits: an IPv6 user has a whole network of 64 bits."""
    try:
        address = ip_address(host)
    except ValueError:
        return host or "unknown"
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(IPv6Address(int(address) >> 64 << 64))
    return host
