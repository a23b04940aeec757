"""What is published about agreements, and who signs for whom."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.contracts.vocabulary import AgreementKind
from shared.i18n import N_


class SigningAwaited(
    Event,
    publisher="partners",
    aggregate="agreement_id",
    label=N_("Confirmations of an agreement awaited"),
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
    label=N_("A signatory confirmed its signing"),
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
