"""Events about partnerships: charter, parties, senior responsible persons, life cycle."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event, upcaster
from shared.contracts.notice import Notice
from shared.contracts.partners.facts import PartyFacts, TermsFacts
from shared.contracts.vocabulary import LifecycleStage, Means, PartyRole
from shared.i18n import N_


class PartnershipFormed(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Partnership formed"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """Organisations came together as the parties of a partnership; nothing is signed yet."""

    partnership_id: UUID
    title: str
    area: str
    parties: tuple[PartyFacts, ...]


class CharterProposed(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Charter proposed"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A charter (vision, mission and means) was proposed to the parties for signing."""

    partnership_id: UUID
    charter_version: int
    means: tuple[Means, ...]


class CharterWithdrawn(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Proposed charter withdrawn"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A proposed charter can no longer be signed: the lead withdrew it, or the bound parties have changed."""

    partnership_id: UUID
    charter_version: int
    reason: str


class CharterEndorsed(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Charter signed by a party"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A representative signed the charter for a party."""

    partnership_id: UUID
    charter_version: int
    party_id: UUID
    organisation_id: UUID


class PartnershipSigned(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Partnership signed"),
    audience=Audience.PUBLIC,
    notice=Notice.DIGEST,
    version=2,
):
    """The last required party signed: this version of the charter is in force, with these parties."""

    partnership_id: UUID
    charter_version: int
    title: str
    area: str
    parties: tuple[PartyFacts, ...]


@upcaster("partners.partnership-formed", 1)
@upcaster("partners.partnership-signed", 1)
@upcaster("partners.party-joined", 1)
def _without_terms(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 did not say what a party contributes and gains."""
    return data


class PartyInvited(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Organisation invited"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """An organisation was invited to a partnership; not public."""

    partnership_id: UUID
    party_id: UUID
    organisation_id: UUID
    role: PartyRole


class InvitationEnded(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Invitation ended"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """An invitation was declined or withdrawn before it was accepted; not public."""

    partnership_id: UUID
    party_id: UUID
    organisation_id: UUID


class PartyJoined(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Party joined"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """An organisation became a party; it may act once a charter is signed with it."""

    partnership_id: UUID
    party: PartyFacts


class PartyLeft(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Party left"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A party left; the partnership continues."""

    partnership_id: UUID
    party_id: UUID
    organisation_id: UUID
    reason: str


class LeadOffered(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Lead of the partnership offered"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """The lead party offered the lead to another bound party, which has not accepted yet; not public."""

    partnership_id: UUID
    organisation_id: UUID
    reason: str


class LeadHandedOver(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Lead of the partnership handed over"),
    headline=N_("The lead of the partnership “%(title)s” was handed over"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
):
    """Another party accepted the lead; the previous lead is a member from now on."""

    partnership_id: UUID
    title: str
    before: UUID
    after: UUID


class RoleProposed(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Another role of a party proposed"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A party or the lead proposed another role for the party; the other one has not agreed yet."""

    partnership_id: UUID
    organisation_id: UUID
    role: PartyRole
    proposed_by: UUID
    reason: str


class PartyAmended(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Terms of a party amended"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """The role of a party, what it contributes or what it gains changed, for a reason.

    ``bound`` says whether the charter in force binds it: an observer is bound by none, and a new member once
    it has signed a charter.
    """

    partnership_id: UUID
    party_id: UUID
    organisation_id: UUID
    before: TermsFacts
    after: TermsFacts
    bound: bool
    reason: str


class BenefitConfirmed(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Benefit confirmed by a party"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A party confirmed that the partnership has benefited it; ``gains`` is what it expected to gain."""

    partnership_id: UUID
    party_id: UUID
    organisation_id: UUID
    gains: str
    benefit: str
    on: date


class SeniorNamed(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Senior responsible person named"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A party named its senior responsible person."""

    partnership_id: UUID
    organisation_id: UUID
    senior: UUID


class SeniorLeft(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Senior responsible person left"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A party's senior responsible person left the organisation, and no successor is named yet."""

    partnership_id: UUID
    organisation_id: UUID
    senior: UUID
    reason: str


class LifecycleAdvanced(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Stage of the life cycle changed"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """The partnership moved to another stage of its life cycle (ISO 44001)."""

    partnership_id: UUID
    before: LifecycleStage
    after: LifecycleStage
    reason: str


class ExitPlanned(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Exit plan agreed"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """The exit plan of a partnership was agreed."""

    partnership_id: UUID


class EndingProposed(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("End of the partnership proposed"),
    headline=N_("The partnership “%(title)s” ends on %(ends_at)s unless a party objects: %(reason)s"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """A bound party proposed to end the partnership: it ends at ``ends_at``, unless another one objects."""

    partnership_id: UUID
    title: str
    organisation_id: UUID
    ends_at: datetime
    reason: str


class EndingObjected(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("A party objected to the end of the partnership"),
    headline=N_("The partnership “%(title)s” continues, because a party objected to its end: %(reason)s"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
):
    """Another bound party objected to a proposed ending; the partnership continues."""

    partnership_id: UUID
    title: str
    organisation_id: UUID
    proposed_by: UUID
    reason: str


class EndingWithdrawn(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Proposed end of the partnership withdrawn"),
    headline=N_("The partnership “%(title)s” continues, because its proposed end was withdrawn: %(reason)s"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
):
    """The party that had proposed the ending withdrew its proposal; the partnership continues."""

    partnership_id: UUID
    title: str
    organisation_id: UUID
    reason: str


class PartnershipEnded(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Partnership ended"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
    version=2,
):
    """A partnership ended, by a decision of its board or on the proposal of an organisation.

    Neither is given if it was never signed.
    """

    partnership_id: UUID
    title: str
    reason: str
    decision_id: UUID | None = None
    proposed_by: UUID | None = None


@upcaster("partners.partnership-ended", 1)
def _ended_without_consent(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 named no decision and no proposal: the lead or a coordinator could end it alone."""
    return data
