"""Print codes: ten unambiguous characters that identify a version."""

from __future__ import annotations

from uuid import UUID

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base32 according to Douglas Crockford (crockford.com/base32.html): no I, L, O and U."""
LENGTH = 10
_READ_AS = str.maketrans("ILO", "110", "- ")


def code_of(new: UUID) -> str:
    """The code derived from a new id: its last fifty bits, which are random in a UUIDv7."""
    bits = new.int
    signs = []
    for _ in range(LENGTH):
        bits, rest = divmod(bits, len(ALPHABET))
        signs.append(ALPHABET[rest])
    return "".join(reversed(signs))


def read_code(typed: str) -> str | None:
    """The code that somebody typed, however they wrote it; None if it is invalid."""
    code = typed.upper().translate(_READ_AS)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None
