"""Codes that people read aloud and type: unambiguous characters, read however they are written."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base32 according to Douglas Crockford (crockford.com/base32.html): no I, L, O and U."""
_READ_AS = str.maketrans("ILO", "110", "- ")


def new_code(length: int, secret: bytes) -> str:
    """A code of five bits a character, made of as many random bytes."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in secret[:length])


def read_code(typed: str, length: int) -> str | None:
    """The code that somebody typed, however they wrote it; None if it is invalid."""
    code = typed.upper().translate(_READ_AS)
    return code if len(code) == length and set(code) <= set(ALPHABET) else None
