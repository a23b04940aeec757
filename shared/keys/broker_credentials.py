"""NATS client credentials and trusted certificate authority."""

from __future__ import annotations

import base64
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faststream.nats.security import NatsJWT, NatsSecurity

from shared.keys.nkeys import NKey
from shared.settings import Settings

_JWT = "NATS USER JWT"
_SEED = "USER NKEY SEED"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The files of one NATS user; empty for a broker without authentication, or with a password in its URL.

    The credentials file is read at every connect, so that a rotated one is used without a restart.
    """

    user: str = ""
    file: Path | None = None
    authority: Path | None = None

    @classmethod
    def of(cls, settings: Settings, user: str) -> Credentials:
        """The credentials that the settings name for a user (a service, or the provisioner)."""
        file = settings.nats_credentials_for(user)
        return cls(user, Path(file) if file else None, settings.nats_ca)

    @property
    def inbox(self) -> str:
        """The prefix of the subjects on which answers come."""
        return f"_INBOX.{self.user}" if self.user else "_INBOX"

    @property
    def prefix(self) -> str:
        """The prefix of JetStream's API for this user, whose account imports it as BUS.API."""
        return "BUS.API" if self.file else "$JS.API"

    def jwt(self) -> bytes:
        """The user's JWT; ``OSError`` or ``LookupError`` when there is none."""
        return jwt_in(self._text()).encode()

    def sign(self, nonce: str) -> bytes:
        """The server's nonce, signed with the user's key."""
        signature = NKey.from_seed(_section(self._text(), _SEED)).sign(nonce.encode())
        return base64.b64encode(signature)

    def options(self, urls: list[str]) -> dict[str, Any]:
        """The options for nats-py."""
        given: dict[str, Any] = {}
        if self.file is not None:
            given |= {"user_jwt_cb": self.jwt, "signature_cb": self.sign}
        if _is_tls(urls):
            # The handshake comes first: a server without TLS, or one in between, reads nothing.
            given |= {"tls": self._trust(), "tls_handshake_first": True}
        return given

    def security(self, urls: list[str]) -> NatsSecurity | None:
        """The security object for FastStream."""
        tls: dict[str, Any] = {}
        if _is_tls(urls):
            tls = {"ssl_context": self._trust(), "use_ssl": True, "tls_handshake_first": True}
        if self.file is not None:
            return NatsJWT(self.jwt, self.sign, **tls)
        return NatsSecurity(**tls) if tls else None

    def _text(self) -> str:
        if self.file is None:
            raise LookupError("no credentials file is named")
        return self.file.read_text()

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.authority)


NOBODY = Credentials()


def written(jwt: str, seed: str) -> str:
    """A credentials file, as every NATS client reads it."""
    return (
        f"-----BEGIN {_JWT}-----\n{jwt}\n------END {_JWT}------\n\n"
        f"-----BEGIN {_SEED}-----\n{seed}\n------END {_SEED}------\n"
    )


def jwt_in(text: str) -> str:
    """The JWT in a credentials file."""
    return _section(text, _JWT)


def _section(text: str, name: str) -> str:
    lines = iter(text.splitlines())
    for line in lines:
        if f"BEGIN {name}" in line:
            return next(lines).strip()
    raise LookupError(f"the credentials file has no {name}")


def _is_tls(urls: list[str]) -> bool:
    return any(url.startswith("tls://") for url in urls)
