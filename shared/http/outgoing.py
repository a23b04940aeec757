"""Outgoing requests to user-given URLs (SSRF protection): public hosts only, pinned addresses."""

from __future__ import annotations

import asyncio
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address, ip_address

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import AddrInfoType
from yarl import URL

from shared.networks import Address, hosts_and_networks, is_public, places_with_ports
from shared.refusal import Refusal

_PLAIN = re.compile(
    r"https?://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?(?:[/?][!-~]*)?", re.IGNORECASE
)
_CREDENTIALS = re.compile(r"[a-z][a-z0-9+.-]{0,30}:/*+[^/?#]*@", re.IGNORECASE)
_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
LONGEST_NAME = 253
# Names that do not exist in the public DNS (RFC 6761, 6762, 7686, 8375, 9476, and ICANN's .internal).
_LOCAL = ("localhost", "localdomain", "local", "internal", "home.arpa", "onion", "alt", "test", "invalid")
# From 1024 on, the ports that the Fetch standard blocks: of protocols that may mistake HTTP.
_OTHERS_PORTS = frozenset(
    (1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6679, 6697, 10080, *range(6665, 6670))
)
LOOKUPS = 4
"""Concurrent look-ups; an unresponsive name server delays only these."""


class OutgoingRefused(Refusal):
    """Base of the reasons why nothing is sent to an address."""


class UrlNotPlain(OutgoingRefused):
    """The address is not an http(s) URL in its plain form."""

    kind = "invalid"
    message = "The address %(address)s is not a plain http or https URL."
    remedy = "Use https://, a host, an optional port and a path; no fragment, no spaces."


class UrlHasCredentials(OutgoingRefused):
    """The address contains a password, or a user name that disguises its host."""

    kind = "invalid"
    message = "The address contains a user name or a password."
    remedy = "Leave them out: requests are signed, so the endpoint can verify the sender."


class HostNotPlain(OutgoingRefused):
    """The host has an unusual form, which programs interpret differently."""

    kind = "invalid"
    message = "The host %(host)s is not in its usual form."
    remedy = "Use a fully qualified domain name in ASCII, or an IP address in its usual notation."


class PortNotUsed(OutgoingRefused):
    """The port belongs to another protocol."""

    kind = "invalid"
    message = "Port %(port)s is not allowed."
    remedy = "Use port 443 or 80, or a port from 1024 that no other protocol uses."


class HostNotPublic(OutgoingRefused):
    """The host is in, or resolves to, a private network."""

    kind = "invalid"
    message = "The host %(host)s is not on the public network."
    remedy = "Use a public endpoint. An operator can allow others with the setting KEMITRAAN_WEBHOOK_ALLOW."


class HostUnknown(OutgoingRefused):
    """No name server knows the host."""

    kind = "invalid"
    message = "The host %(host)s cannot be found."
    remedy = "Check the name; if it is correct, try again later."


class OutgoingGuard:
    """Decides where requests may be sent; ``allow`` adds to the public network.

    It lists hosts, networks, and addresses with a port.

    The URL is checked when it is entered and before each use. A name is resolved once per connection, each
    of its addresses is checked, and the connection is made to one of these: a later answer of the name
    server (DNS rebinding) has no effect.
    """

    def __init__(self, allow: str = "") -> None:
        places, rest = places_with_ports(allow)
        self._places = places
        self._names, self._networks = hosts_and_networks(rest)
        self._led_to: set[Address] = set()  # the addresses of names that an operator allows
        self._lookups = ThreadPoolExecutor(LOOKUPS, "lookup")

    def url(self, address: str) -> URL:
        """The normalised URL; raises :class:`OutgoingRefused`."""
        url = _plain(address)
        host, port = url.raw_host or "", url.port or 0
        literal = _literal(host)
        if host in self._names or (literal and self._is_allowed(literal, port)):
            return url
        if literal is None and not _is_name(host):
            raise HostNotPlain(host=host[:200])
        if _is_local(host) or (literal and not is_public(literal)):
            raise HostNotPublic(host=host[:200])
        if not _is_usual(port):
            raise PortNotUsed(port=port)
        return url

    async def check(self, address: str) -> None:
        """Check a URL and the current addresses of its host; raises :class:`OutgoingRefused`."""
        url = self.url(address)
        host = url.raw_host or ""
        try:
            await self.addresses(host, url.port or 0)
        except OSError:
            raise HostUnknown(host=host[:200]) from None

    async def addresses(self, host: str, port: int = 0, family: int = 0) -> list[AddrInfoType]:
        """The addresses of a host; raises :class:`HostNotPublic`, or ``OSError`` if it cannot be resolved."""

        def look_up() -> list[AddrInfoType]:
            return [*socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)]

        resolved = await asyncio.get_running_loop().run_in_executor(self._lookups, look_up)
        leads_to = {ip_address(str(address[4][0])) for address in resolved}
        if host in self._names:
            self._led_to |= leads_to
        if not all(self._admits(address, port) for address in leads_to):
            raise HostNotPublic(host=host[:200])
        return resolved

    def session(self) -> aiohttp.ClientSession:
        """An HTTP client that reaches only allowed addresses; it takes the URLs that :meth:`url` returns."""
        connector = aiohttp.TCPConnector(
            resolver=_Resolver(self), socket_factory=self._socket, use_dns_cache=False
        )
        return aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
        )

    def _admits(self, address: Address, port: int) -> bool:
        return is_public(address) or self._is_allowed(address, port) or address in self._led_to

    def _is_allowed(self, address: Address, port: int) -> bool:
        return (address, port) in self._places or any(address in network for network in self._networks)

    def _socket(self, info: AddrInfoType) -> socket.socket:
        """The socket of a new connection: the last check of its address."""
        family, kind, protocol, _, to = info
        if not self._admits(ip_address(str(to[0])), int(to[1])):
            raise PermissionError(f"{to[0]} is not public")
        return socket.socket(family, kind, protocol)


class _Resolver(AbstractResolver):
    """Resolves names for a connector through the guard."""

    def __init__(self, guard: OutgoingGuard) -> None:
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=str(to[0]),
                port=port,
                family=own,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for own, _, protocol, _, to in await self._guard.addresses(host, port, family)
        ]

    async def close(self) -> None:
        """Do nothing: no resources are held."""


def _plain(address: str) -> URL:
    """The URL, if every program interprets it alike."""
    if _CREDENTIALS.match(address):
        raise UrlHasCredentials
    match = _PLAIN.fullmatch(address)
    if match is None or "\\" in address or "#" in address:
        raise UrlNotPlain(address=address[:200])
    host = match["host"].lower()
    try:
        url = URL(address[: match.start("host")] + host + address[match.end("host") :], encoded=True)
        port = url.port
    except ValueError:
        raise UrlNotPlain(address=address[:200]) from None
    if port is None or url.raw_host != host.strip("[]") or (host[0] == "[") != (":" in host):
        raise HostNotPlain(host=match["host"][:200])
    return url


def _literal(host: str) -> Address | None:
    """The address that a host is, in its canonical form."""
    for kind in (IPv4Address, IPv6Address):
        try:
            return kind(host)
        except ValueError:
            continue
    return None


def _is_name(host: str) -> bool:
    return len(host) <= LONGEST_NAME and _NAME.fullmatch(host) is not None


def _is_local(host: str) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in _LOCAL)


def _is_usual(port: int) -> bool:
    return port in (80, 443) or (port >= 1024 and port <= 65535 and port not in _OTHERS_PORTS)
