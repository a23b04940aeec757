"""Endings of a partnership that a party proposes, and their refusals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.refusal import Refusal

OBJECTION_PERIOD = timedelta(days=30)
"""How long the other bound parties may object to a proposed ending."""


class DecisionNeeded(Refusal):
    """What binds all parties does not end by the word of one of them."""

    kind = "conflict"
    message = "A signed partnership ends by a decision of its board, or if nobody objects to a proposed end."
    remedy = "Give the id of the decision, or propose the ending, to which the other parties may object."


class EndingProposedAlready(Refusal):
    """One ending is proposed at a time."""

    kind = "conflict"
    message = "The ending of this partnership has already been proposed; it ends at %(ends_at)s."
    remedy = "Wait until then, or object to the ending."


class NoEndingProposed(Refusal):
    """Only a proposed ending can be objected to."""

    kind = "conflict"
    message = "Nobody has proposed to end this partnership."
    remedy = "Open the partnership to see whether an ending is proposed."


class OwnProposal(Refusal):
    """The other parties object, not the one that proposed it."""

    kind = "forbidden"
    message = "Your organisation proposed this ending, so another party must object to it."
    remedy = "Ask another bound party to object."
    reason = "another party must object to the ending"


class ProposalOfAnother(Refusal):
    """Only the party that proposed an ending withdraws it."""

    kind = "forbidden"
    message = "Another organisation proposed this ending."
    remedy = "Object to the ending instead, or ask that organisation to withdraw it."
    reason = "another organisation proposed the ending"


@dataclass(frozen=True, slots=True)
class ProposedEnding:
    """A proposed ending: whose, why, and when the partnership ends unless another party objects."""

    proposed_by: UUID
    proposed_at: datetime
    ends_at: datetime
    reason: str
