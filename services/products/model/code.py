"""Print codes: ten unambiguous characters that identify a version."""

from __future__ import annotations

from uuid import UUID

from shared import codes
from shared.codes import ALPHABET

LENGTH = 10


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
    return codes.read_code(typed, LENGTH)
