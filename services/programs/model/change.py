"""Changes of a programme that bind others: proposed by a party, in force as a programme itself is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.programs.model.proposal import Proposal
from shared.contracts.vocabulary import ChangeKind, ChangeState
from shared.refusal import Refusal
from shared.states import Machine

CHANGE = Machine(
    "change",
    {
        (ChangeState.PROPOSED, "endorse"): ChangeState.PROPOSED,
        (ChangeState.PROPOSED, "approve"): ChangeState.IN_FORCE,
        (ChangeState.PROPOSED, "decline"): ChangeState.DECLINED,
        (ChangeState.PROPOSED, "withdraw"): ChangeState.WITHDRAWN,
        # A party that declines does not bind the board.
        (ChangeState.DECLINED, "approve"): ChangeState.IN_FORCE,
        (ChangeState.DECLINED, "withdraw"): ChangeState.WITHDRAWN,
    },
)


class UnknownChange(Refusal):
    """The programme has no such proposed change."""

    kind = "unknown"
    message = "This programme has no proposed change with the id %(id)s."
    remedy = "Open the programme to see the changes that were proposed."


class DecisionMissing(Refusal):
    """Only a party proposes a change; a coordinator can bring a decision of the board."""

    kind = "invalid"
    message = "A coordinator acts for no party, so a change needs a decision of the board."
    remedy = "Give the id of the decision, or ask a representative of a party to propose the change."


@dataclass(eq=False)
class Change(Proposal):
    """A proposed change; ``content`` is the command that is carried out once it is in force."""

    id: UUID
    kind: ChangeKind
    stage_id: UUID | None
    content: dict[str, Any]
    proposed_at: datetime
    state: ChangeState = ChangeState.PROPOSED

    @property
    def reason(self) -> str:
        """Why it was proposed."""
        return str(self.content.get("reason") or "")

    def endorse(self, party: UUID, person: str, bound: Collection[UUID]) -> bool:
        """Endorse it for a party; returns whether every bound party now has."""
        following = CHANGE.after(self.state, "endorse")
        complete = self.add_endorsement(party, person, self.revision, bound)
        self.state = following
        return complete

    def approve(self, decision_id: UUID | None = None) -> None:
        """Put it in force, by the decision of a board, or once every bound party has endorsed it."""
        self.state = CHANGE.after(self.state, "approve")
        self.approval_decision_id = decision_id

    def decline(self, party: UUID, reason: str) -> None:
        """Decline it for a party, for a reason."""
        self.state = CHANGE.after(self.state, "decline")
        self.declined_by, self.declined_reason = party, reason

    def withdraw(self, reason: str) -> None:
        """Withdraw it before it is in force."""
        self.state = CHANGE.after(self.state, "withdraw")
        self.withdrawn_reason = reason
