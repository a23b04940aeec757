"""Secrets: 256 random bits, stored as SHA-256."""

from __future__ import annotations

import hashlib
import secrets


def new_secret(prefix: str = "") -> str:
    """A random secret that cannot be guessed."""
    return prefix + secrets.token_urlsafe(32)


def kept(secret: str) -> str:
    """The stored hash of a secret. A fast hash suffices for random secrets: they cannot be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
