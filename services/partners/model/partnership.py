"""Partnerships: parties, charter, life cycle, states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.partners.model import standing
from services.partners.model.charter import (
    Charter,
    CharterNotProposed,
    CharterSignedAlready,
    CharterUnknown,
)
from services.partners.model.ending import (
    OBJECTION_PERIOD,
    DecisionNeeded,
    EndingProposedAlready,
    NoEndingProposed,
    OwnProposal,
    ProposalOfAnother,
    ProposedEnding,
)
from services.partners.model.lifecycle import require_step
from services.partners.model.party import (
    AcceptedAlready,
    Benefit,
    LeadNotOffered,
    LeadsAlready,
    NoRoleProposed,
    NotBoundYet,
    OnlyAnObserver,
    OwnRoleProposal,
    Party,
    SameTerms,
    require_both_sides,
    require_partnership,
)
from services.partners.model.standing import LeadCannotLeave
from shared.contracts.vocabulary import LifecycleStage, PartnershipState, PartyRole
from shared.identity.actor import Actor, NotAParty
from shared.identity.permissions import NotTheLead, Role, is_staff
from shared.partnership.refusals import PartnershipOver
from shared.search_key import search_key


@dataclass(eq=False)
class Partnership:
    """Parties with a shared vision and mission, in force once every bound party has signed.

    ``all_parties`` includes those that left, because their signatures stay. Of ``charters`` the last one
    signed by everybody is in force; a newer one may be proposed meanwhile. It ended by the decision
    ``ended_by_decision`` of a board, or on the proposal of the organisation ``ended_on_proposal_of``.
    """

    id: UUID
    agency: str
    title: str
    area: str
    problem: str
    formed_at: datetime
    all_parties: list[Party]
    state: PartnershipState = PartnershipState.FORMING
    lifecycle: LifecycleStage = LifecycleStage.OPERATIONAL_AWARENESS
    charters: list[Charter] = field(default_factory=list)
    exit_plan: str | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None
    version: int = 0
    search_key: str = ""
    ending_proposed_by: UUID | None = None
    ending_proposed_at: datetime | None = None
    ending_reason: str | None = None
    ended_by_decision: UUID | None = None
    ended_on_proposal_of: UUID | None = None
    lead_offered_to: UUID | None = None

    def __post_init__(self) -> None:
        """Refuse an invalid set of parties."""
        require_partnership(self.all_parties)
        self._be_found()

    @property
    def parties(self) -> list[Party]:
        """The parties that have not left, including those only invited."""
        return [party for party in self.all_parties if party.left_at is None]

    @property
    def taking_part(self) -> list[Party]:
        """The parties that have accepted, and have not left."""
        return [party for party in self.all_parties if party.takes_part]

    @property
    def invited(self) -> list[Party]:
        """The parties that have not accepted yet."""
        return [party for party in self.parties if not party.takes_part]

    @property
    def lead(self) -> Party:
        """The lead party."""
        return next(party for party in self.all_parties if party.role == "lead")

    def is_inside(self, reader: Actor) -> bool:
        """Whether a reader is staff of the agency, or represents a party, even an invited one."""
        ours = reader.agency == self.agency and is_staff(reader)
        return ours or (
            reader.has(Role.REPRESENTATIVE)
            and any(party.organisation_id == reader.organisation for party in self.parties)
        )

    @property
    def in_force(self) -> Charter | None:
        """The last charter signed by every party; a newer proposal does not change it."""
        return next((charter for charter in reversed(self.charters) if charter.endorsed_at is not None), None)

    @property
    def proposed(self) -> Charter | None:
        """The charter that awaits signatures."""
        newest = self.charters[-1] if self.charters else None
        return newest if newest and newest.is_proposal and self.state is not PartnershipState.ENDED else None

    @property
    def charter(self) -> Charter | None:
        """The current charter: the one in force, else the newest."""
        return self.in_force or (self.charters[-1] if self.charters else None)

    @property
    def charter_version(self) -> int:
        """The number of the newest version of the charter; 0 before the first."""
        return len(self.charters)

    @property
    def charter_due(self) -> bool:
        """Whether the signing parties have changed since the charter in force, and no new one is proposed."""
        if self.state is not PartnershipState.SIGNED or self.in_force is None or self.proposed is not None:
            return False
        return {party.id for party in self.taking_part if party.must_sign} != self.in_force.signed_by

    @property
    def bound(self) -> list[Party]:
        """The parties that are bound, and may therefore act."""
        return [party for party in self.parties if self.is_bound(party)]

    def is_bound(self, party: Party) -> bool:
        """Whether a party is bound: it takes part, is no observer, and has signed the charter in force."""
        if not (party.takes_part and party.must_sign):
            return False
        return self.in_force is None or party.id in self.in_force.signed_by

    def require_bound(self, party: Party) -> None:
        """Refuse a party that is not bound, with :class:`OnlyAnObserver` and :class:`NotBoundYet`."""
        if not party.must_sign:
            raise OnlyAnObserver(party=party.organisation_name)
        party.require_accepted()
        if not self.is_bound(party):
            raise NotBoundYet(party=party.organisation_name)

    def people_of(self, organisation_id: UUID) -> set[str]:
        """The people known to act for an organisation: its signers of charters, and its senior person."""
        theirs = {
            party.id: party.senior for party in self.all_parties if party.organisation_id == organisation_id
        }
        signers = {
            signature.person
            for charter in self.charters
            for signature in charter.signatures
            if signature.party_id in theirs
        }
        return signers | {str(senior) for senior in theirs.values() if senior is not None}

    def party_of(self, organisation_id: UUID | None) -> Party:
        """The party of an organisation; raises :class:`NotAParty`."""
        for party in self.parties:
            if party.organisation_id == organisation_id:
                return party
        raise NotAParty

    def charter_numbered(self, number: int) -> Charter:
        """One version of the charter; raises :class:`CharterUnknown`."""
        for charter in self.charters:
            if charter.number == number:
                return charter
        raise CharterUnknown(number=number, newest=self.charter_version)

    def require_running(self) -> None:
        """Refuse changes after the end, with :class:`PartnershipOver`."""
        if self.state is PartnershipState.ENDED:
            raise PartnershipOver(title=self.title)

    def require_lead(self, party: Party) -> None:
        """Refuse another party than the lead, with :class:`NotTheLead`."""
        if party is not self.lead:
            raise NotTheLead

    def propose_charter(
        self, by: Party, vision: str, mission: str, means: Sequence[str], at: datetime
    ) -> Charter:
        """Propose a new version of the charter; earlier signatures do not count for it."""
        self.require_running()
        self.require_lead(by)
        by.require_accepted()
        self.state = standing.machine.after(self.state, "propose charter")
        self._drop_proposal(at)
        number = self.charter_version + 1
        charter = Charter(number, vision, mission, list(means), by.organisation_id, at)
        self.charters.append(charter)
        self._be_found()
        return charter

    def withdraw_charter(self, by: Party, at: datetime) -> Charter:
        """Withdraw the proposal; a charter in force remains so."""
        self.require_running()
        self.require_lead(by)
        if self.proposed is None:
            raise CharterNotProposed(state=self.state)
        self.state = standing.machine.after(self.state, "withdraw charter")
        return self._drop_proposal(at) or self.charters[-1]

    def sign(self, party: Party, charter_version: int, person: str, at: datetime) -> bool:
        """Sign the proposal for one party; returns whether it was the last required signature.

        Signing also accepts an invitation.
        """
        self.require_running()
        charter = self._charter_to_sign(party)
        require_both_sides(self.parties)
        charter.sign(party, charter_version, person, at)
        party.accepted_at = party.accepted_at or at
        if any(party.must_sign and party.id not in charter.signed_by for party in self.parties):
            return False
        self.state = standing.machine.after(self.state, "last signature")
        charter.endorsed_at = at
        self._be_found()
        return True

    def _charter_to_sign(self, party: Party) -> Charter:
        if self.proposed is not None:
            return self.proposed
        if self.in_force is not None and party.id in self.in_force.signed_by:
            raise CharterSignedAlready(party=party.organisation_name, version=self.in_force.number)
        raise CharterNotProposed(state=self.state)

    def _be_found(self) -> None:
        """Compute the search key of the visible texts."""
        vision = self.charter.vision if self.charter else ""
        self.search_key = search_key(self.area, self.title, self.problem, vision)

    def _drop_proposal(self, at: datetime) -> Charter | None:
        proposal = self.proposed
        if proposal is not None:
            proposal.withdrawn_at = at
        return proposal

    def join(self, party: Party) -> Charter | None:
        """Add a party, which is bound once it has signed a charter with the others.

        Returns the proposal that becomes void, because it was meant for other parties.
        """
        self.require_running()
        require_partnership([*self.parties, party])
        self.all_parties.append(party)
        return self._parties_change(party, party.joined_at)

    def leave(self, party: Party, reason: str, at: datetime) -> Charter | None:
        """Remove a party, if the others still make a partnership; returns the proposal that becomes void.

        An invited party can always decline; then nobody signs before both sides are represented again.
        """
        self.require_running()
        if party is self.lead:
            raise LeadCannotLeave(party=party.organisation_name)
        if party.accepted_at is not None:
            require_both_sides(member for member in self.parties if member is not party)
        party.left_at, party.leave_reason = at, reason
        return self._parties_change(party, at)

    def offer_lead(self, by: Party, to: Party) -> None:
        """Offer the lead to another bound party, as the lead; a new offer replaces an earlier one."""
        self.require_running()
        self.require_lead(by)
        if to is by:
            raise LeadsAlready(party=to.organisation_name)
        self.require_bound(to)
        self.lead_offered_to = to.organisation_id

    def accept_lead(self, party: Party) -> Party:
        """Take the lead over, as the party to which it was offered; returns the previous lead."""
        self.require_running()
        self.require_bound(party)
        if self.lead_offered_to != party.organisation_id:
            raise LeadNotOffered(party=party.organisation_name)
        before = self.lead
        before.role, party.role = PartyRole.MEMBER, PartyRole.LEAD
        for changed in (before, party):
            changed.proposed_role = changed.role_proposed_by = None
        self.lead_offered_to = None
        return before

    def amend_terms(self, party: Party, contributes: str, gains: str) -> None:
        """Change what a party contributes and gains, by its own word."""
        self.require_running()
        party.require_accepted()
        if (contributes, gains) == (party.contributes, party.gains):
            raise SameTerms(party=party.organisation_name)
        party.contributes, party.gains = contributes, gains

    def propose_role(self, by: Party, party: Party, role: PartyRole) -> None:
        """Propose another role for a party, as that party or as the lead."""
        self.require_running()
        party.require_accepted()
        if party is self.lead:
            raise LeadsAlready(party=party.organisation_name)
        if by is not party:
            self.require_lead(by)
        if party.role == role:
            raise SameTerms(party=party.organisation_name)
        party.proposed_role, party.role_proposed_by = role, by.organisation_id

    def agree_to_role(self, by: Party, party: Party, at: datetime) -> Charter | None:
        """Agree to the proposed role as the other side; returns the proposed charter that becomes void."""
        self.require_running()
        if by is not party:
            self.require_lead(by)
        if party.proposed_role is None:
            raise NoRoleProposed(party=party.organisation_name)
        if party.role_proposed_by == by.organisation_id:
            raise OwnRoleProposal
        role, party.proposed_role, party.role_proposed_by = party.proposed_role, None, None
        if role == PartyRole.OBSERVER:
            require_both_sides(signer for signer in self.parties if signer.must_sign and signer is not party)
        party.role = role
        fallen = self._drop_proposal(at)
        self.state = standing.machine.after(self.state, "parties change")
        return fallen

    def confirm_benefit(self, party: Party, benefit: Benefit) -> None:
        """Confirm as a party that the partnership has benefited it."""
        self.require_running()
        party.require_accepted()
        party.benefits.append(benefit)

    def accept(self, party: Party, at: datetime) -> None:
        """Accept the invitation of a party."""
        self.require_running()
        if party.accepted_at is not None:
            raise AcceptedAlready(party=party.organisation_name)
        party.accepted_at = at

    def take_back(self, party: Party, reason: str, at: datetime) -> Charter | None:
        """Withdraw the invitation of a party that has not accepted; returns the proposal that falls."""
        if party.accepted_at is not None:
            raise AcceptedAlready(party=party.organisation_name)
        return self.leave(party, reason, at)

    def _parties_change(self, party: Party, at: datetime) -> Charter | None:
        if not party.must_sign:
            return None
        fallen = self._drop_proposal(at)
        self.state = standing.machine.after(self.state, "parties change")
        return fallen

    def name_senior(self, party: Party, senior: UUID) -> None:
        """Name a party's senior responsible person; an observer has none."""
        self.require_running()
        party.require_accepted()
        if not party.must_sign:
            raise OnlyAnObserver(party=party.organisation_name)
        party.senior = senior

    def plan_exit(self, by: Party, plan: str) -> None:
        """Record the exit plan."""
        self.require_running()
        self.require_lead(by)
        self.exit_plan = plan

    def go_to(self, stage: LifecycleStage) -> LifecycleStage:
        """Move to another stage of the life cycle; returns the previous one."""
        self.require_running()
        require_step(self.lifecycle, stage)
        before, self.lifecycle = self.lifecycle, stage
        return before

    @property
    def proposed_ending(self) -> ProposedEnding | None:
        """The proposed ending, while it runs and the party that proposed it is bound."""
        by, at = self.ending_proposed_by, self.ending_proposed_at
        if by is None or at is None or by not in {party.organisation_id for party in self.bound}:
            return None
        return ProposedEnding(by, at, at + OBJECTION_PERIOD, self.ending_reason or "")

    def propose_ending(self, by: Party, reason: str, at: datetime) -> ProposedEnding:
        """Propose to end it: it ends, unless another bound party objects in time."""
        self.require_running()
        if self.proposed_ending is not None:
            raise EndingProposedAlready(ends_at=self.proposed_ending.ends_at)
        self.ending_proposed_by, self.ending_proposed_at = by.organisation_id, at
        self.ending_reason = reason
        return ProposedEnding(by.organisation_id, at, at + OBJECTION_PERIOD, reason)

    def object_to_ending(self, by: Party) -> ProposedEnding:
        """Stop a proposed ending, as another party than proposed it; returns what was proposed."""
        self.require_running()
        proposed = self.proposed_ending
        if proposed is None:
            raise NoEndingProposed
        if proposed.proposed_by == by.organisation_id:
            raise OwnProposal
        self._drop_proposed_ending()
        return proposed

    def withdraw_ending(self, by: Party) -> None:
        """Withdraw the proposed ending, as the party that proposed it."""
        self.require_running()
        proposed = self.proposed_ending
        if proposed is None:
            raise NoEndingProposed
        if proposed.proposed_by != by.organisation_id:
            raise ProposalOfAnother
        self._drop_proposed_ending()

    def end_by_decision(self, decision: UUID | None, reason: str, at: datetime) -> None:
        """End it permanently; by a decision of its board, if it was ever signed."""
        self.require_running()
        if self.in_force is not None and decision is None:
            raise DecisionNeeded
        self._end(reason, at)
        self.ended_by_decision = decision

    def pass_objection_period(self, at: datetime) -> ProposedEnding | None:
        """End it permanently, if nobody objected to its proposed ending in time; returns that."""
        proposed = self.proposed_ending
        if self.state is PartnershipState.ENDED or proposed is None or at < proposed.ends_at:
            return None
        self._end(proposed.reason, at)
        self.ended_on_proposal_of = proposed.proposed_by
        return proposed

    def _end(self, reason: str, at: datetime) -> None:
        self.state = standing.machine.after(self.state, "end")
        self.ended_at, self.end_reason = at, reason
        self._drop_proposed_ending()

    def _drop_proposed_ending(self) -> None:
        self.ending_proposed_by = self.ending_proposed_at = self.ending_reason = None
