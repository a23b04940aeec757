"""Events about contacts and ceremonies."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.contracts.partners.facts import Attendee
from shared.contracts.vocabulary import ContactKind
from shared.i18n import N_


class ContactRecorded(
    Event,
    publisher="partners",
    aggregate="contact_id",
    label=N_("Contact recorded"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """People of several parties met or spoke."""

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
    """A recorded contact was corrected, for a reason."""

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
    """A recorded ceremony was corrected, for a reason."""

    ceremony_id: UUID
    partnership_id: UUID
    title: str
    on: date
    organisations: tuple[UUID, ...]
    reason: str
