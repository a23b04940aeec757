"""Administration rules: nobody changes their own account or one with a higher role."""

from __future__ import annotations

from collections.abc import Collection

from shared.identity.permissions import Role
from shared.refusal import Refusal, Term

ABOVE_OTHERS = (Role.ADMINISTRATOR, Role.OPERATOR)
"""The roles with power over accounts, the highest last; all others are equal and below."""


class AccountAbove(Refusal):
    """Opening, locking or resetting an account amounts to power over it."""

    kind = "forbidden"
    message = "The account has the role %(role)s, which is higher than yours."
    remedy = "Ask someone with that role to do this."
    reason = "the account has a higher role"


def require_not_above(actor: Collection[str], account: Collection[str]) -> None:
    """Refuse to act on an account with a higher role than the actor's; raises :class:`AccountAbove`."""
    highest = _rank(account)
    if highest > _rank(actor):
        raise AccountAbove(role=Term(ABOVE_OTHERS[highest]))


def _rank(roles: Collection[str]) -> int:
    """The rank of the highest role; -1 for roles without power over accounts."""
    return max((place for place, role in enumerate(ABOVE_OTHERS) if role in roles), default=-1)
