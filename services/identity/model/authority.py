"""Administration rules: nobody changes their own account or one with a higher role."""

from __future__ import annotations

from collections.abc import Collection

from shared.identity.permissions import Role
from shared.refusal import Refusal, Term

ABOVE_OTHERS = (Role.ADMINISTRATOR, Role.OPERATOR)
"""The roles that give power over accounts, the highest last; all others stand side by side below."""


class AccountAbove(Refusal):
    """Who opens, locks or resets an account could become its owner."""

    kind = "forbidden"
    message = "The account has the role %(role)s, which is higher than yours."
    remedy = "Ask someone with that role to do this."
    reason = "the account has a higher role"


def require_not_above(actor: Collection[str], account: Collection[str]) -> None:
    """Refuse who acts in some roles on an account that holds a higher one; raises :class:`AccountAbove`."""
    highest = _rank(account)
    if highest > _rank(actor):
        raise AccountAbove(role=Term(ABOVE_OTHERS[highest]))


def _rank(roles: Collection[str]) -> int:
    """Where the highest of the roles stands; -1 for those that give no power over accounts."""
    return max((place for place, role in enumerate(ABOVE_OTHERS) if role in roles), default=-1)
