"""Four-eyes principle: the reviewer belongs to another party and took no part in the work."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal
from uuid import UUID

Tie = Literal["party", "person"]


def tie_to_work(
    by: UUID, person: str, *, owner: UUID | None, hands: Collection[str], belongs: bool
) -> Tie | None:
    """What ties a judge to the work of ``owner``: the same party, or the same person; None without a tie.

    ``hands`` are the people who worked on it; ``belongs`` says whether the judging person belongs to the
    owner, in whatever role.
    """
    if by == owner:
        return "party"
    return "person" if belongs or person in hands else None
