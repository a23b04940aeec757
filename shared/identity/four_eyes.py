"""Four-eyes principle: the reviewer has another party, another person and another custodian than the work."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal
from uuid import UUID

from shared.refusal import Refusal

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


class SameCustodian(Refusal):
    """Two accounts that the same agency opened are one hand, whichever parties they act for."""

    kind = "forbidden"
    message = (
        "Your account and those that did this work were opened by the same agency, %(agency)s: whoever opens "
        "the accounts of two parties could act for both."
    )
    remedy = (
        "Ask a party whose accounts another agency opens to do this, or have your organisation open its "
        "accounts in a workspace of its own."
    )
    reason = "the same agency opened the accounts of both parties"


def require_other_custodian(agency: str, custodians: Collection[str]) -> None:
    """Refuse an account whose agency is among the custodians of the work; raises :class:`SameCustodian`."""
    if agency in custodians:
        raise SameCustodian(agency=agency)
