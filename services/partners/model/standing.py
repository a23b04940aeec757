"""Where a partnership stands, and what is impossible there."""

from __future__ import annotations

from enum import StrEnum

from shared.refusal import Refusal
from shared.states import Machine


class State(StrEnum):
    """Where a partnership stands."""

    FORMING = "forming"
    PROPOSED = "proposed"
    SIGNED = "signed"
    ENDED = "ended"


# "Parties change" is said of parties that sign; observers come and go freely. A charter that was only
# proposed was meant for other parties; one that is signed stays in force among those that signed it, also
# while a newer one is proposed.
machine = Machine(
    "partnership",
    {
        (State.FORMING, "propose charter"): State.PROPOSED,
        (State.PROPOSED, "propose charter"): State.PROPOSED,
        (State.SIGNED, "propose charter"): State.SIGNED,
        (State.PROPOSED, "withdraw charter"): State.FORMING,
        (State.SIGNED, "withdraw charter"): State.SIGNED,
        (State.PROPOSED, "last signature"): State.SIGNED,
        (State.SIGNED, "last signature"): State.SIGNED,
        (State.FORMING, "parties change"): State.FORMING,
        (State.PROPOSED, "parties change"): State.FORMING,
        (State.SIGNED, "parties change"): State.SIGNED,
        (State.FORMING, "end"): State.ENDED,
        (State.PROPOSED, "end"): State.ENDED,
        (State.SIGNED, "end"): State.ENDED,
    },
)


class LeadCannotLeave(Refusal):
    """A partnership is never without its lead."""

    kind = "conflict"
    message = "%(party)s leads this partnership and cannot leave it."
    remedy = "End the partnership, and form another one without this party."
