"""The words of what identity publishes."""

from __future__ import annotations

from typing import Literal

Way = Literal["password", "provider"]
"""How somebody signed in: with a password that is kept here, or through an OpenID Connect provider."""
WhyRefused = Literal["credentials", "code", "delay", "locked", "unmatched"]
WhyErased = Literal["asked", "withdrawn", "not-needed", "unlawful"]
"""On what ground: the person asked, took back the consent, the data are not needed, or were never lawful."""
LinkPurpose = Literal["invitation", "reset"]
