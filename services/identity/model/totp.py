"""Time-based one-time passwords (TOTP, RFC 6238)."""

from __future__ import annotations

from datetime import datetime

import pyotp

ISSUER = "Kemitraan"
STEP_SECONDS = 30
LATE = (0, -1, 1)
"""The accepted time steps around the current one: clocks differ, and people type slowly."""


def new_secret() -> str:
    """A secret for an authenticator: 160 random bits, in base 32."""
    return pyotp.random_base32()


def link(secret: str, user_name: str) -> str:
    """The otpauth URI that an authenticator reads, as a link or a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user_name, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step of a code; None if it is not a current one."""
    maker = pyotp.TOTP(secret)
    due = int(now.timestamp()) // STEP_SECONDS
    for away in LATE:
        if pyotp.utils.strings_equal(maker.generate_otp(due + away), code):
            return due + away
    return None
