"""Host and network checks: public addresses, and network lists in settings."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# The standard library's is_global follows the registries too, but differs between patch releases of Python.
_SPECIAL_4 = tuple(
    IPv4Network(name)
    for name in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers; a cloud's metadata at 100.100.100.200
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud's host seen from its guests, though out of a public range
        "169.254.0.0/16",  # link-local, and most clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments, and a cloud's metadata at 192.0.0.192
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_UNICAST_6 = IPv6Network("2000::/3")
_SPECIAL_6 = tuple(
    IPv6Network(name)
    for name in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which leads to an IPv4 address of the writer's choice
        "3fff::/20",  # documentation
    )
)
_TRANSLATED = IPv6Network("64:ff9b::/96")

PRIVATE: tuple[Network, ...] = (
    *(IPv4Network(network) for network in ("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")),
    *(IPv6Network(network) for network in ("::1/128", "fc00::/7", "fe80::/10")),
)
"""The machine itself and private networks; a carrier's shared addresses belong to many people."""


def is_public(address: Address) -> bool:
    """Whether an address is a public unicast one; an embedded address is judged itself."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_4)
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _TRANSLATED:  # NAT64: in a network without IPv4 every IPv4 host has such an address
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    if address.scope_id is not None or address not in _UNICAST_6:
        return False
    return not any(address in network for network in _SPECIAL_6)


def places_with_ports(text: str) -> tuple[frozenset[tuple[Address, int]], str]:
    """The addresses with a port (127.0.0.1:9000) of a comma-separated list, and the rest of it."""
    places, rest = set(), []
    for part in text.split(","):
        host, _, port = part.strip().rpartition(":")
        try:
            address = ip_address(host.removeprefix("[").removesuffix("]"))
            if not port.isdecimal() or (address.version == 6) != host.startswith("["):
                raise ValueError(part)
            places.add((address, int(port)))
        except ValueError:
            rest.append(part)
    return frozenset(places), ",".join(rest)


def hosts_and_networks(text: str) -> tuple[frozenset[str], tuple[Network, ...]]:
    """The host names and networks of a comma-separated list; raises ``ValueError`` for others."""
    names, networks = set(), []
    for entry in filter(None, (part.strip().lower() for part in text.split(","))):
        try:
            networks.append(ip_network(entry))
        except ValueError:
            # A host that ends in a number is an address, or an attempt at one.
            if not re.fullmatch(r"(?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*", entry):
                raise ValueError(f"{entry} is neither a host nor a network") from None
            names.add(entry)
    return frozenset(names), tuple(networks)
