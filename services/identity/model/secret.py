"""Secrets: 256 random bits, stored as SHA-256."""

from __future__ import annotations

import hashlib
import secrets


def new_secret(prefix: str = "") -> str:
    """A secret that nobody guesses."""
    return prefix + secrets.token_urlsafe(32)


def kept(secret: str) -> str:
    """How a secret is kept. It is random, so that a quick hash suffices: nothing can be tried in order."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
