"""NATS JWT claims of accounts and users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.keys.nkeys import NKey, encode
from shared.keys.rights import API, OFFERED, OWN_API, Rights, own_name

_UNLIMITED = dict.fromkeys(("subs", "data", "payload", "imports", "exports", "conn"), -1) | {
    "wildcards": True
}
_STORAGE = {"mem_storage": -1, "disk_storage": -1, "streams": -1, "consumer": -1}


def operator(key: NKey, system_account: str, at: datetime) -> str:
    """The operator's token: the server trusts it to name accounts."""
    return _signed(key, "kemitraan", key.public, at, "operator", {"system_account": system_account})


def system(key: NKey, issuer: NKey, at: datetime) -> str:
    """The server's system account, which no user has."""
    return _signed(issuer, "SYSTEM", key.public, at, "account", {"limits": _UNLIMITED})


def bus(key: NKey, issuer: NKey, at: datetime, revoked: Mapping[str, int]) -> str:
    """The account that holds the stream, and exports what the services' accounts may import."""
    account = {
        "limits": _UNLIMITED | _STORAGE,
        "exports": [_offer(subject) for subject in OFFERED],
        # The provisioner calls the API by that name, too; permissions see the mapped one.
        "mappings": {f"{OWN_API}.>": [{"subject": f"{API}.>"}]},
        "revocations": dict(revoked),
    }
    return _signed(issuer, "BUS", key.public, at, "account", account)


def service(
    key: NKey, issuer: NKey, at: datetime, rights: Rights, stream_account: str, revoked: Mapping[str, int]
) -> str:
    """A service's account: without a stream of its own, it imports its part of the bus."""
    account = {
        "limits": _UNLIMITED,
        "imports": [_part(subject, stream_account) for subject in rights.asks],
        "revocations": dict(revoked),
    }
    return _signed(issuer, rights.user, key.public, at, "account", account)


def user(key: NKey, issuer: NKey, at: datetime, until: datetime, rights: Rights) -> str:
    """A user of an account, with the same rights also as permissions, so that violations are reported."""
    permissions = {
        "pub": publishing(rights),
        "sub": {"allow": rights.subscribe},
        "subs": -1,
        "data": -1,
        "payload": -1,
    }
    return _signed(issuer, rights.user, key.public, at, "user", permissions, until)


def publishing(rights: Rights) -> dict[str, list[str]]:
    """The publish permission of a user, in the form of a token."""
    return {"allow": rights.publish, "deny": rights.deny_publish}


def _offer(subject: str) -> dict[str, Any]:
    offer: dict[str, Any] = {"name": subject, "subject": subject, "type": "service"}
    return offer | {"response_type": "Stream"} if ".MSG.NEXT." in subject else offer


def _part(subject: str, account: str) -> dict[str, Any]:
    part = {"name": subject, "subject": subject, "account": account, "type": "service"}
    return part | {"local_subject": own_name(subject)} if own_name(subject) != subject else part


def _signed(
    issuer: NKey,
    name: str,
    subject: str,
    at: datetime,
    kind: str,
    nats: dict[str, Any],
    until: datetime | None = None,
) -> str:
    claims: dict[str, Any] = {
        "name": name,
        "sub": subject,
        "iat": int(at.timestamp()),
        "nats": {**nats, "type": kind, "version": 2},
    }
    if until is not None:
        claims["exp"] = int(until.timestamp())
    return encode(claims, issuer)


def configuration(operator_token: str, system_account: str, accounts: Sequence[tuple[str, str, str]]) -> str:
    """The part of nats-server's configuration that names operator and accounts ``(name, key, token)``."""
    preload = "\n".join(f"  # {name}\n  {key}: {token}" for name, key, token in accounts)
    return (
        "# Made by `kemitraan keys`; it holds signed statements and no secret.\n"
        f"operator: {operator_token}\n"
        f"system_account: {system_account}\n"
        "resolver: MEMORY\n"
        f"resolver_preload: {{\n{preload}\n}}\n"
    )
