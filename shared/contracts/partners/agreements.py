"""Events about agreements and their signing."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.contracts.partners.facts import SignatoryFacts
from shared.contracts.vocabulary import AgreementKind, DisclosureException
from shared.i18n import N_


class SigningAwaited(
    Event,
    publisher="partners",
    aggregate="agreement_id",
    label=N_("Agreement awaits confirmation"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """An agreement was entered; these organisations have not confirmed yet that they signed it."""

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
    """An organisation confirmed that it signed an agreement; not public before all have."""

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
    version=2,
):
    """A written agreement was registered; ``renews`` is the previous one that it renews.

    ``signatories`` is empty in what was registered before they were told. ``exception_class`` says why the
    text is not public.
    """

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
    signatories: tuple[SignatoryFacts, ...] = ()
    exception_class: DisclosureException | None = None


class AgreementFileAttached(
    Event,
    publisher="partners",
    aggregate="agreement_id",
    label=N_("Signed text of an agreement stored"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    guarded=("sha256", "size", "media_type"),
):
    """The signed text of an agreement was stored; ``size`` in bytes."""

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
    """An agreement came into force."""

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
    """An agreement ends soon and is not renewed yet; ``days`` are left from today to its last day."""

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
    """An agreement expired after its last day."""

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
    """An agreement was ended early."""

    agreement_id: UUID
    partnership_id: UUID
    kind: AgreementKind
    title: str
    on: date
    reason: str
