"""What the registry of partnerships publishes.

A person appears only as an opaque id, and where it matters whom a partnership rests upon.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.audience import Audience
from shared.contracts.event import Event, upcaster
from shared.contracts.notice import Notice
from shared.i18n import N_

OrganisationKind = Literal[
    "police", "government", "customary", "community", "business", "school", "media", "ngo", "other"
]
PartyRole = Literal["lead", "member", "observer"]
Means = Literal["educate", "protect", "channel", "coordinate", "act"]
Lifecycle = Literal[
    "operational_awareness",
    "knowledge",
    "internal_assessment",
    "partner_selection",
    "working_together",
    "value_creation",
    "staying_together",
    "exit_strategy",
]
"""The eight stages of the life cycle of a collaborative relationship (ISO 44001:2017, clause 8)."""
AgreementKind = Literal["mou", "pks", "decree", "other"]
BoardKind = Literal["association", "forum", "council", "customary"]
Position = Literal["chair", "deputy", "secretary", "treasurer", "member"]
Mandate = Literal["ease", "strengthen", "evaluate", "develop"]
OutcomeKind = Literal["information", "decision", "commitment"]
Mutual = Literal["holds", "does_not", "too_few"]
"""Whether trust is mutual: by bands, as no number may tell what one party gave another."""
ContactKind = Literal["visit", "call", "message", "other"]


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True)


class PartyFacts(_Facts):
    """One party of a partnership as its listeners need it."""

    party_id: UUID
    organisation_id: UUID
    organisation_name: str
    kind: OrganisationKind
    role: PartyRole


class SeatFacts(_Facts):
    """One seat of a board: who holds it, for which organisation, in which position, from when until when."""

    holder: UUID
    organisation_id: UUID
    organisation_kind: OrganisationKind
    position: Position
    since: date
    until: date | None


class Attendee(_Facts):
    """Somebody who was present, and the organisation that he or she was present for."""

    member: UUID
    organisation_id: UUID


# --- organisations, persons ------------------------------------------------------------------------


class OrganisationRegistered(
    Event,
    publisher="partners",
    aggregate="organisation_id",
    label=N_("Organisation registered"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """An organisation entered the registry."""

    organisation_id: UUID
    name: str
    kind: OrganisationKind
    area: str


class OrganisationAmended(
    Event,
    publisher="partners",
    aggregate="organisation_id",
    label=N_("Organisation edited"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """An organisation's name or area is another one."""

    organisation_id: UUID
    name: str
    kind: OrganisationKind
    area: str


class PersonRegistered(
    Event,
    publisher="partners",
    aggregate="whom",
    label=N_("Person registered"),
    audience=Audience.AGENCY,
    notice=Notice.NONE,
):
    """An agency has entered somebody into its registry; who it is stands there alone."""

    whom: UUID


class PersonRetired(
    Event,
    publisher="partners",
    aggregate="whom",
    label=N_("Person retired"),
    audience=Audience.AGENCY,
    notice=Notice.NONE,
):
    """Somebody of the registry takes on nothing new."""

    whom: UUID


class MembershipBegan(
    Event,
    publisher="partners",
    aggregate="membership_id",
    label=N_("Membership began"),
    audience=Audience.AGENCY,
    notice=Notice.NONE,
):
    """Somebody belongs to an organisation from now on."""

    membership_id: UUID
    organisation_id: UUID
    member: UUID
    since: date


class MembershipEnded(
    Event,
    publisher="partners",
    aggregate="membership_id",
    label=N_("Membership ended"),
    audience=Audience.AGENCY,
    notice=Notice.NONE,
):
    """Somebody belongs to an organisation no longer."""

    membership_id: UUID
    organisation_id: UUID
    member: UUID
    until: date


# --- partnerships and charters ---------------------------------------------------------------------


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
    label=N_("Charter signed by a party"),
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
    label=N_("Organisation invited"),
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
    label=N_("Invitation ended"),
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
    label=N_("Party joined"),
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
    label=N_("Party left"),
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
    label=N_("Stage of the life cycle changed"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """The partnership stands in another stage of its life cycle (ISO 44001)."""

    partnership_id: UUID
    before: Lifecycle
    after: Lifecycle
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


# --- agreements ------------------------------------------------------------------------------------


class SigningAwaited(
    Event,
    publisher="partners",
    aggregate="agreement_id",
    label=N_("Agreement awaits confirmation"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """An agreement was entered of which these organisations have not confirmed yet that they signed it."""

    agreement_id: UUID
    partnership_id: UUID
    organisations: tuple[UUID, ...]


class SigningConfirmed(
    Event,
    publisher="partners",
    aggregate="agreement_id",
    label=N_("Signing confirmed by a signatory"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """An organisation confirmed that it signed an agreement; not for the public before all have."""

    agreement_id: UUID
    partnership_id: UUID
    organisation_id: UUID


class AgreementRegistered(
    Event,
    publisher="partners",
    aggregate="agreement_id",
    label=N_("Agreement registered"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A written agreement was registered; ``renews`` is the one that it follows."""

    agreement_id: UUID
    partnership_id: UUID
    kind: AgreementKind
    number: str
    title: str
    signed_on: date
    in_force_from: date
    in_force_until: date | None
    public: bool
    renews: UUID | None


class AgreementFileAttached(
    Event,
    publisher="partners",
    aggregate="agreement_id",
    label=N_("Signed text of an agreement stored"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    guarded=("sha256", "size", "media_type"),
):
    """The signed text of an agreement is kept; ``size`` in bytes."""

    agreement_id: UUID
    partnership_id: UUID
    sha256: str
    size: int
    media_type: str


class AgreementEnteredIntoForce(
    Event,
    publisher="partners",
    aggregate="agreement_id",
    label=N_("Agreement entered into force"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """The day came from which an agreement is in force."""

    agreement_id: UUID
    partnership_id: UUID
    kind: AgreementKind
    title: str
    in_force_until: date | None


class AgreementExpiring(
    Event,
    publisher="partners",
    aggregate="agreement_id",
    label=N_("Agreement ends soon"),
    headline=N_("The agreement “%(title)s” ends on %(in_force_until)s"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """An agreement ends soon and nothing renews it yet; ``days`` are left from today to its last day."""

    agreement_id: UUID
    partnership_id: UUID
    kind: AgreementKind
    title: str
    in_force_until: date
    days: int


class AgreementExpired(
    Event,
    publisher="partners",
    aggregate="agreement_id",
    label=N_("Agreement expired"),
    headline=N_("The agreement “%(title)s” has ended on %(in_force_until)s"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
):
    """The last day of an agreement has passed."""

    agreement_id: UUID
    partnership_id: UUID
    kind: AgreementKind
    title: str
    in_force_until: date


class AgreementTerminated(
    Event,
    publisher="partners",
    aggregate="agreement_id",
    label=N_("Agreement terminated"),
    headline=N_("The agreement “%(title)s” was ended early, on %(on)s"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
):
    """An agreement was ended before its time."""

    agreement_id: UUID
    partnership_id: UUID
    kind: AgreementKind
    title: str
    on: date
    reason: str


# --- boards and meetings ---------------------------------------------------------------------------


class BoardConstituted(
    Event,
    publisher="partners",
    aggregate="board_id",
    label=N_("Board constituted"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """The partnership has a board; ``quorum`` is the least share of seats in percent.

    Where ``quorum_rule`` says it as a fraction, that is the rule, and ``quorum`` the nearest percent.
    """

    board_id: UUID
    partnership_id: UUID
    kind: BoardKind
    name: str
    quorum: int
    seats: tuple[SeatFacts, ...]
    quorum_rule: str = "percent"
    constituted_on: date | None = None
    entered_afterwards: bool = False


@upcaster("partners.board-constituted", 1)
def _boards_said_percent(data: dict[str, Any]) -> dict[str, Any]:
    """Before, every quorum was a percentage, and a board was constituted on the day of the event."""
    return data


class BoardMemberElected(
    Event,
    publisher="partners",
    aggregate="board_id",
    label=N_("Board member elected"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """Somebody was elected to a seat with ``votes`` of ``cast`` votes, at a meeting or (None) without one."""

    board_id: UUID
    partnership_id: UUID
    meeting_id: UUID | None
    seat: SeatFacts
    votes: int
    cast: int


class BoardTermEnded(
    Event,
    publisher="partners",
    aggregate="board_id",
    label=N_("Seat of the board vacated"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A seat became free: its term passed, or its holder left.

    ``on`` is the first day on which it is free, which may lie before the day on which this was recorded.
    """

    board_id: UUID
    partnership_id: UUID
    holder: UUID
    organisation_id: UUID
    position: Position
    on: date
    reason: str


class BoardDissolved(
    Event,
    publisher="partners",
    aggregate="board_id",
    label=N_("Board dissolved"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """The board exists no longer."""

    board_id: UUID
    partnership_id: UUID
    name: str
    reason: str


class MeetingCalled(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Meeting called"),
    headline=N_("Meeting called for %(scheduled_at)s: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """A meeting of a board was called, or entered after it had taken place."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    scheduled_at: datetime


class MeetingApproaching(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Meeting approaching"),
    headline=N_("Meeting on %(scheduled_at)s: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """A meeting takes place within a day."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    scheduled_at: datetime


class MeetingRescheduled(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Meeting rescheduled"),
    headline=N_("Meeting moved from %(before)s to %(scheduled_at)s: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """A meeting was moved to another time."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    before: datetime
    scheduled_at: datetime
    reason: str


class MeetingCancelled(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Meeting cancelled"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """A meeting will not take place."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    reason: str


class MeetingLapsed(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Meeting not recorded in time"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """Seven days after its time nobody has recorded that the meeting took place."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    scheduled_at: datetime


class BoardMet(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Meeting held"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A board met; whether it had a quorum was computed from the seats of that day."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    held_at: datetime
    seats: int
    present: int
    quorate: bool
    attendees: tuple[Attendee, ...]


class AttendanceCorrected(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Attendance of a meeting corrected"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """Others were present at a meeting than was recorded; whether it had a quorum was computed anew."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    seats: int
    present: int
    quorate: bool
    attendees: tuple[Attendee, ...]
    reason: str


class InformationNoted(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Information noted"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    guarded=("text",),
):
    """A meeting took note of something under one of the board's four mandates."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    outcome_id: UUID
    mandate: Mandate
    text: str


class DecisionTaken(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Decision taken"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    guarded=("text",),
):
    """A quorate meeting decided something under one of the board's four mandates."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    outcome_id: UUID
    mandate: Mandate
    text: str


class CommitmentNoted(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Commitment made at a meeting"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    guarded=("text",),
):
    """A party promised something at a meeting; the commitment has a life of its own."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    outcome_id: UUID
    mandate: Mandate
    text: str
    commitment_id: UUID


class OutcomeCorrected(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Outcome of a meeting corrected"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    guarded=("text", "reason"),
):
    """What a meeting brought was otherwise than was recorded, for a reason."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    outcome_id: UUID
    kind: OutcomeKind
    mandate: Mandate
    text: str
    reason: str


class MinutesWritten(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Minutes written"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """The minutes of a meeting were written or amended; ``reason`` says why they are not public, if so."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    public: bool
    reason: str


class MinutesApproved(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Minutes approved"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """The minutes of a meeting stand."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    decisions: int
    commitments: int


# --- commitments -----------------------------------------------------------------------------------


class CommitmentMade(
    Event,
    publisher="partners",
    aggregate="commitment_id",
    label=N_("Commitment made"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """A party promised something until a day; ``entered_afterwards`` tells that it did so on a day before."""

    commitment_id: UUID
    partnership_id: UUID
    meeting_id: UUID | None
    organisation_id: UUID
    title: str
    due_on: date
    mandate: Mandate
    made_on: date | None = None
    entered_afterwards: bool = False


@upcaster("partners.commitment-made", 1)
def _made_when_told(data: dict[str, Any]) -> dict[str, Any]:
    """Before, a promise was entered on the day of the event, or told no other day."""
    return data


class CommitmentDueSoon(
    Event,
    publisher="partners",
    aggregate="commitment_id",
    label=N_("Commitment due soon"),
    headline=N_("Due on %(due_on)s: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """A commitment is due within a week."""

    commitment_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    title: str
    due_on: date


class CommitmentOverdue(
    Event,
    publisher="partners",
    aggregate="commitment_id",
    label=N_("Commitment overdue"),
    headline=N_("Overdue since %(due_on)s: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """The day of a commitment passed and it was not kept."""

    commitment_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    title: str
    due_on: date


class CommitmentKept(
    Event,
    publisher="partners",
    aggregate="commitment_id",
    label=N_("Commitment kept"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
):
    """Another party than its owner confirmed that a commitment was kept."""

    commitment_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    title: str
    due_on: date
    kept_on: date
    late: bool
    confirmed_by: UUID


class CommitmentBroken(
    Event,
    publisher="partners",
    aggregate="commitment_id",
    label=N_("Commitment broken"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
):
    """Thirty days after its day a commitment was still not kept, or its owner gave it up."""

    commitment_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    title: str
    due_on: date
    reason: str


# --- trust -----------------------------------------------------------------------------------------


class TrustRoundOpened(
    Event,
    publisher="partners",
    aggregate="round_id",
    label=N_("Trust round opened"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """Each party is asked to score every other; all is sealed until the round closes."""

    round_id: UUID
    partnership_id: UUID
    number: int
    closes_at: datetime
    parties: tuple[UUID, ...]


class TrustScored(
    Event,
    publisher="partners",
    aggregate="round_id",
    label=N_("Scores submitted by a party"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A party handed in scores, of all the others (``complete``) or of some; nobody can read them."""

    round_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    complete: bool


class TrustRoundClosed(
    Event,
    publisher="partners",
    aggregate="round_id",
    label=N_("Trust round closed"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    guarded=("uniform_raters",),
    version=2,
):
    """A round closed; what is left is whether trust is mutual, and how many scored all others.

    ``uniform_raters`` of them gave everybody the same. What one party gave another is told to nobody.
    """

    round_id: UUID
    partnership_id: UUID
    number: int
    parties: tuple[UUID, ...]
    complete_raters: int
    uniform_raters: int
    mutual: Mutual | None


@upcaster("partners.trust-round-closed", 1)
def _without_pairs(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 held the mean of each pair: of these it is kept how many parties scored all others."""
    raters = [pair["rater"] for pair in data["pairs"]]
    complete = sum(raters.count(rater) == len(data["parties"]) - 1 for rater in set(raters))
    kept = {name: data[name] for name in ("round_id", "partnership_id", "number", "parties")}
    return kept | {"complete_raters": complete, "uniform_raters": 0, "mutual": None}


# --- contacts and ceremonies -----------------------------------------------------------------------


class ContactRecorded(
    Event,
    publisher="partners",
    aggregate="contact_id",
    label=N_("Contact recorded"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """People of several parties spoke with one another."""

    contact_id: UUID
    partnership_id: UUID
    kind: ContactKind
    on: date
    subject: str
    attendees: tuple[Attendee, ...]


class ContactCorrected(
    Event,
    publisher="partners",
    aggregate="contact_id",
    label=N_("Contact corrected"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A contact was otherwise than was recorded, for a reason."""

    contact_id: UUID
    partnership_id: UUID
    kind: ContactKind
    on: date
    subject: str
    attendees: tuple[Attendee, ...]
    reason: str


class CeremonyRecorded(
    Event,
    publisher="partners",
    aggregate="ceremony_id",
    label=N_("Ceremony recorded"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A ceremony took place."""

    ceremony_id: UUID
    partnership_id: UUID
    title: str
    on: date
    organisations: tuple[UUID, ...]


class CeremonyCorrected(
    Event,
    publisher="partners",
    aggregate="ceremony_id",
    label=N_("Ceremony corrected"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A ceremony was otherwise than was recorded, for a reason."""

    ceremony_id: UUID
    partnership_id: UUID
    title: str
    on: date
    organisations: tuple[UUID, ...]
    reason: str
