"""nkeys: NATS encoding of Ed25519 keys, and JWTs signed with them (`ed25519-nkey`)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Kind = Literal["operator", "account", "user"]

_PREFIX: dict[Kind, int] = {"operator": 14 << 3, "account": 0, "user": 20 << 3}
_SEED = 18 << 3
_HEADER = {"typ": "JWT", "alg": "ed25519-nkey"}


@dataclass(frozen=True, slots=True)
class NKey:
    """A key pair of an operator, an account or a user."""

    kind: Kind
    raw: bytes

    @classmethod
    def create(cls, kind: Kind) -> NKey:
        """A new random pair."""
        return cls(kind, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def from_seed(cls, seed: str) -> NKey:
        """The pair of a seed; ``ValueError`` if it is invalid or of an unknown kind."""
        whole = base64.b32decode(seed + "=" * (-len(seed) % 8))
        body, checksum = whole[:-2], int.from_bytes(whole[-2:], "little")
        prefix = (body[0] & 0b111) << 5 | body[1] >> 3
        kinds = [kind for kind, known in _PREFIX.items() if known == prefix]
        if binascii.crc_hqx(body, 0) != checksum or body[0] & 0b11111000 != _SEED or not kinds:
            raise ValueError("this is no nkey seed")
        return cls(kinds[0], body[2:])

    @property
    def seed(self) -> str:
        """The private half, as text."""
        prefix = _PREFIX[self.kind]
        return _text(bytes([_SEED | prefix >> 5, (prefix & 0b11111) << 3]) + self.raw)

    @property
    def public(self) -> str:
        """The public half, as text: the pair's identifier everywhere."""
        return _text(bytes([_PREFIX[self.kind]]) + self._key().public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """A signature of ``message``."""
        return self._key().sign(message)

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.raw)


def encode(claims: dict[str, Any], issuer: NKey) -> str:
    """A token of NATS's JWT version 2, signed by ``issuer``; its id is the hash of its content."""
    claims = {**claims, "iss": issuer.public}
    digest = hashlib.sha256(json.dumps(claims, sort_keys=True).encode()).digest()
    claims["jti"] = base64.b32encode(digest).decode().rstrip("=")
    signed = f"{_part(_HEADER)}.{_part(claims)}"
    return f"{signed}.{_url(issuer.sign(signed.encode()))}"


def decode(token: str) -> dict[str, Any]:
    """The content of a token; its signature is verified by the broker, not here."""
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def _text(body: bytes) -> str:
    checksum = binascii.crc_hqx(body, 0).to_bytes(2, "little")
    return base64.b32encode(body + checksum).decode().rstrip("=")


def _part(value: dict[str, Any]) -> str:
    return _url(json.dumps(value, separators=(",", ":")).encode())


def _url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
