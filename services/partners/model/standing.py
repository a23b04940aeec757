"""State machine of a partnership."""

from __future__ import annotations

from shared.contracts.vocabulary import PartnershipState
from shared.refusal import Refusal
from shared.states import Machine

# "Parties change" means parties that sign; observers join and leave freely. A charter that was only proposed
# was meant for other parties; a signed one stays in force among those that signed it, even while a newer one
# is proposed.
machine = Machine(
    "partnership",
    {
        (PartnershipState.FORMING, "propose charter"): PartnershipState.PROPOSED,
        (PartnershipState.PROPOSED, "propose charter"): PartnershipState.PROPOSED,
        (PartnershipState.SIGNED, "propose charter"): PartnershipState.SIGNED,
        (PartnershipState.PROPOSED, "withdraw charter"): PartnershipState.FORMING,
        (PartnershipState.SIGNED, "withdraw charter"): PartnershipState.SIGNED,
        (PartnershipState.PROPOSED, "last signature"): PartnershipState.SIGNED,
        (PartnershipState.SIGNED, "last signature"): PartnershipState.SIGNED,
        (PartnershipState.FORMING, "parties change"): PartnershipState.FORMING,
        (PartnershipState.PROPOSED, "parties change"): PartnershipState.FORMING,
        (PartnershipState.SIGNED, "parties change"): PartnershipState.SIGNED,
        (PartnershipState.FORMING, "end"): PartnershipState.ENDED,
        (PartnershipState.PROPOSED, "end"): PartnershipState.ENDED,
        (PartnershipState.SIGNED, "end"): PartnershipState.ENDED,
    },
)


class LeadCannotLeave(Refusal):
    """A partnership always has a lead."""

    kind = "conflict"
    message = "%(party)s leads this partnership and cannot leave it."
    remedy = "Hand the lead over to another party first."
