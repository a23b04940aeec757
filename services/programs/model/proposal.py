"""Proposals: in force once the board decides, or once every bound party has endorsed the same revision."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from shared.refusal import Refusal


class ProposalUnread(Refusal):
    """What is endorsed, declined or decided is the newest revision of a proposal."""

    kind = "stale"
    message = "The proposal is at revision %(revision)s; you read revision %(read)s."
    remedy = "Read the newest revision first."


class EndorsedAlready(Refusal):
    """Each party endorses a revision once."""

    kind = "conflict"
    message = "Your organisation has already endorsed revision %(revision)s."
    remedy = "Wait for the other parties: the last of them puts it in force."


class EndorsedForAnotherParty(Refusal):
    """Each party needs another person to endorse for it."""

    kind = "forbidden"
    message = "You have already endorsed revision %(revision)s for another party."
    remedy = "Ask another representative of your organisation to endorse it."
    reason = "the person has already endorsed for another party"


class NotTheProposer(Refusal):
    """Only the party that proposed something revises or withdraws it."""

    kind = "forbidden"
    message = "Another party proposed this."
    remedy = "Ask that party to revise or withdraw it, decline it, or propose something else."
    reason = "another party proposed it"


@dataclass(eq=False, kw_only=True)
class Proposal:
    """What a party proposes to all bound parties.

    ``endorsements`` are the parties that endorsed this revision, each with the opaque id of the person who
    did it. ``approval_decision_id`` is the decision of a board that put it in force instead.
    """

    proposed_by: UUID | None = None
    revision: int = 1
    endorsements: dict[str, str] = field(default_factory=dict)
    approval_decision_id: UUID | None = None
    declined_by: UUID | None = None
    declined_reason: str = ""
    withdrawn_reason: str = ""

    @property
    def endorsed_by(self) -> tuple[UUID, ...]:
        """The parties that endorsed this revision, in that order."""
        return tuple(UUID(party) for party in self.endorsements)

    def require_read(self, revision: int) -> None:
        """Refuse an act on another revision with :class:`ProposalUnread`."""
        if revision != self.revision:
            raise ProposalUnread(revision=self.revision, read=revision)

    def require_proposer(self, party: UUID, bound: Collection[UUID]) -> None:
        """Refuse all but the proposing party; once it has left, any bound party stands in for it."""
        if party != self.proposed_by and self.proposed_by in bound:
            raise NotTheProposer

    def consented(self, bound: Collection[UUID]) -> bool:
        """Whether every bound party has endorsed it."""
        return set(bound) <= set(self.endorsed_by)

    def add_endorsement(self, party: UUID, person: str, revision: int, bound: Collection[UUID]) -> bool:
        """Endorse a revision for a party; returns whether every bound party has now endorsed it.

        A party may repeat its endorsement where the last missing party has left the partnership.
        """
        self.require_read(revision)
        if str(party) in self.endorsements:
            if not self.consented(bound):
                raise EndorsedAlready(revision=revision)
            return True
        if person in self.endorsements.values():
            raise EndorsedForAnotherParty(revision=revision)
        self.endorsements = {**self.endorsements, str(party): person}
        return self.consented(bound)

    def renew(self) -> None:
        """Begin the next revision, which nobody has endorsed."""
        self.revision += 1
        self.endorsements, self.declined_by, self.declined_reason = {}, None, ""
