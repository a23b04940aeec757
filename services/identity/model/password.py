"""Password policy (NIST SP 800-63B-4, section 3.1.1) and hashing (argon2id)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.identity.model.blocklist import COMMON
from shared.refusal import Refusal

SHORTEST = 15
"""The minimum length of a password as the only factor (SP 800-63B-4, 3.1.1.2)."""
LONGEST = 256
OWN_WORK = 8
"""How many characters must remain without everything that is easy to guess."""
DISTINCT = 5

# Argon2id with the minimum parameters of OWASP's "Password Storage Cheat Sheet": anybody can cause hashing,
# and it must not overload a small machine.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
NOBODYS = _hasher.hash("the password of nobody")
"""Verified if there is no account, so that it takes as long."""


class PasswordTooShort(Refusal):
    """Length makes a password strong; composition rules do not."""

    kind = "invalid"
    message = "The password has %(length)s characters; at least %(shortest)s are needed."
    remedy = "Use a sentence, or several unrelated words. Special characters are allowed but not required."


class PasswordTooLong(Refusal):
    """A longer password is not safer."""

    kind = "invalid"
    message = "The password has more than %(longest)s characters."
    remedy = "Use a shorter password."


class PasswordCommon(Refusal):
    """Common passwords are guessed first."""

    kind = "invalid"
    message = (
        "The password is easy to guess: it consists of common words, your names or only a few "
        "different characters."
    )
    remedy = "Use a sentence of your own, or several unrelated words."


def normal(password: str) -> str:
    """The password in Unicode NFC, so that it matches however it was typed."""
    return unicodedata.normalize("NFC", password)


def require_good(password: str, context: Iterable[str]) -> None:
    """Refuse a password that is too short, or common; ``context`` are words that others guess of its owner.

    There are no composition rules, and passwords do not expire (SP 800-63B-4, 3.1.1.2).
    """
    password = normal(password)
    if len(password) < SHORTEST:
        raise PasswordTooShort(length=len(password), shortest=SHORTEST)
    if len(password) > LONGEST:
        raise PasswordTooLong(longest=LONGEST)
    if len(set(password.casefold())) < DISTINCT or len(_own_work(password, context)) < OWN_WORK:
        raise PasswordCommon


def _own_work(password: str, context: Iterable[str]) -> str:
    """The password without common words, words about its owner, and runs of characters."""
    left = password.casefold()
    words = {word for text in context for word in re.split(r"[\W_]+", text.casefold()) if len(word) > 2}
    for word in sorted(words | COMMON, key=len, reverse=True):
        left = left.replace(word, "")
    # A character that continues or repeats the previous one counts as easy: abc, 4321, aaa.
    return "".join(
        sign for before, sign in zip(" " + left, left, strict=False) if abs(ord(sign) - ord(before)) > 1
    )


def hashed(password: str) -> str:
    """The hash of a password; takes tens of milliseconds and 19 MiB."""
    return _hasher.hash(normal(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether the password matches; takes as long if there is no hash."""
    try:
        _hasher.verify(kept or NOBODYS, normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than the current ones."""
    return _hasher.check_needs_rehash(kept)
