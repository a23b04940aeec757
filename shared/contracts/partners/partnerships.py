"""What is published about a partnership: its charter, its parties, its seniors and its life."""

from __future__ import annotations

from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.contracts.partners.facts import PartyFacts
from shared.contracts.vocabulary import LifecycleStage, Means, PartyRole
from shared.i18n import N_


class PartnershipFormed(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Partnership formed"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
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
    """A charter (vision, mission and means) was put before the parties for their signatures."""

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
    """A proposed charter is signed no more: the lead took it back, or other parties are bound now."""

    partnership_id: UUID
    charter_version: int
    reason: str


class CharterEndorsed(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Charter endorsed by a party"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """One party's representative signed the charter."""

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
):
    """The last required party signed: this version of the charter is in force, with these parties."""

    partnership_id: UUID
    charter_version: int
    title: str
    area: str
    parties: tuple[PartyFacts, ...]


class PartyInvited(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("An organisation was invited"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """An organisation for which nobody here speaks was asked to take part; not for the public."""

    partnership_id: UUID
    party_id: UUID
    organisation_id: UUID
    role: PartyRole


class InvitationEnded(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("An invitation ended"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """An invitation was declined or taken back before it was accepted; not for the public."""

    partnership_id: UUID
    party_id: UUID
    organisation_id: UUID


class PartyJoined(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("A party joined"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """Another organisation became a party; it takes part once a charter with it is signed."""

    partnership_id: UUID
    party: PartyFacts


class PartyLeft(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("A party left"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A party left; the others go on."""

    partnership_id: UUID
    party_id: UUID
    organisation_id: UUID
    reason: str


class SeniorNamed(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Senior responsible person named"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A party named the senior person who is responsible for its part."""

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
    """Whoever was responsible for a party's part belongs to it no longer, and nobody is named instead yet."""

    partnership_id: UUID
    organisation_id: UUID
    senior: UUID
    reason: str


class LifecycleAdvanced(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Another stage of the life cycle"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """The partnership stands in another stage of its life cycle (ISO 44001)."""

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
    """How the partnership would end in good order was agreed."""

    partnership_id: UUID


class PartnershipEnded(
    Event,
    publisher="partners",
    aggregate="partnership_id",
    label=N_("Partnership ended"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
):
    """The partnership is over."""

    partnership_id: UUID
    title: str
    reason: str
