"""Contacts and ceremonies: recorded and corrected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field

from services.partners.commands.authority import permit_bound
from services.partners.commands.parties import named
from services.partners.model.contact import Ceremony, Contact, Participant
from services.partners.model.organisation import Organisation
from services.partners.model.partnership import Partnership
from services.partners.model.party import MOST
from services.partners.tables.organisations import memberships, persons
from shared.command import Command, Part
from shared.contracts.partners import (
    Attendee,
    CeremonyCorrected,
    CeremonyRecorded,
    ContactCorrected,
    ContactRecorded,
)
from shared.contracts.vocabulary import ContactKind
from shared.database.transaction import Transaction
from shared.days import require_past
from shared.fields import Day, Line, Prose
from shared.refusal import Refusal

Organisations = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST)]
"""The parties: ids of organisations."""


class PersonUnknown(Refusal):
    """Participants must be registered persons."""

    kind = "invalid"
    message = "The registry has no person with the id %(person)s."
    remedy = "Ask a coordinator to register the person first, then use the id from the registry."


class BelongsToNone(Refusal):
    """Participants take part for an organisation of which they are members."""

    kind = "invalid"
    message = "On %(day)s the person %(person)s was a member of none of the organisations given."
    remedy = "Add that person's organisation, or ask a coordinator to record the membership first."


class ContactTerms(Part):
    """A contact: who (ids of persons) met, and for which parties."""

    kind: ContactKind
    on: Day
    subject: Line
    attended_by: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=200)]
    organisations: Organisations


class RecordContact(ContactTerms, Command):
    """Record a contact (representative of a bound party, or coordinator of the partnership's agency).

    ``attended_by`` are ids of persons, ``organisations`` the parties they represented. On that day each
    person was a member of one of these organisations, and each of these had a participant.
    """

    partnership_id: UUID


class CorrectContact(ContactTerms, Command):
    """Correct a contact (representative of a bound party, or coordinator of the partnership's agency).

    The body replaces the whole record, and gives the reason.
    """

    contact_id: UUID
    reason: Prose


class CeremonyTerms(Part):
    """A ceremony, and the parties that took part."""

    title: Line
    on: Day
    organisations: Organisations


class RecordCeremony(CeremonyTerms, Command):
    """Record a ceremony (representative of a bound party, or coordinator of the partnership's agency).

    ``organisations`` are the parties that took part.
    """

    partnership_id: UUID


class CorrectCeremony(CeremonyTerms, Command):
    """Correct a ceremony (representative of a bound party, or coordinator of the partnership's agency).

    The body replaces the whole record, and gives the reason.
    """

    ceremony_id: UUID
    reason: Prose


def record_contact(tx: Transaction, command: RecordContact) -> Contact:
    """Record a contact, as a bound party or as a coordinator."""
    partnership = _partnership(tx, command.partnership_id, command.on)
    organisations = _organisations(tx, partnership, command.organisations)
    contact = tx.add(
        Contact(
            id=tx.new_id(),
            agency=partnership.agency,
            partnership_id=partnership.id,
            kind=command.kind,
            on=command.on,
            subject=command.subject,
            participants=_participants(tx, command.attended_by, organisations, command.on),
            organisations=organisations,
            recorded_at=tx.now,
        )
    )
    tx.record(
        ContactRecorded(
            contact_id=contact.id,
            partnership_id=partnership.id,
            kind=command.kind,
            on=contact.on,
            subject=contact.subject,
            attendees=_attendees(contact),
        )
    )
    return contact


def correct_contact(tx: Transaction, command: CorrectContact) -> Contact:
    """Correct a contact, as a bound party or as a coordinator."""
    contact = tx.get(Contact, command.contact_id)
    partnership = _partnership(tx, contact.partnership_id, command.on)
    organisations = _organisations(tx, partnership, command.organisations)
    people = _participants(tx, command.attended_by, organisations, command.on)
    contact.correct(command.kind, command.on, command.subject, people, organisations)
    tx.record(
        ContactCorrected(
            contact_id=contact.id,
            partnership_id=partnership.id,
            kind=command.kind,
            on=contact.on,
            subject=contact.subject,
            attendees=_attendees(contact),
            reason=command.reason,
        )
    )
    return contact


def record_ceremony(tx: Transaction, command: RecordCeremony) -> Ceremony:
    """Record a ceremony, as a bound party or as a coordinator."""
    partnership = _partnership(tx, command.partnership_id, command.on)
    ceremony = tx.add(
        Ceremony(
            id=tx.new_id(),
            agency=partnership.agency,
            partnership_id=partnership.id,
            title=command.title,
            on=command.on,
            organisations=_organisations(tx, partnership, command.organisations),
            recorded_at=tx.now,
        )
    )
    tx.record(
        CeremonyRecorded(
            ceremony_id=ceremony.id,
            partnership_id=partnership.id,
            title=ceremony.title,
            on=ceremony.on,
            organisations=tuple(organisation.id for organisation in ceremony.organisations),
        )
    )
    return ceremony


def correct_ceremony(tx: Transaction, command: CorrectCeremony) -> Ceremony:
    """Correct a ceremony, as a bound party or as a coordinator."""
    ceremony = tx.get(Ceremony, command.ceremony_id)
    partnership = _partnership(tx, ceremony.partnership_id, command.on)
    ceremony.correct(command.title, command.on, _organisations(tx, partnership, command.organisations))
    tx.record(
        CeremonyCorrected(
            ceremony_id=ceremony.id,
            partnership_id=partnership.id,
            title=ceremony.title,
            on=ceremony.on,
            organisations=tuple(organisation.id for organisation in ceremony.organisations),
            reason=command.reason,
        )
    )
    return ceremony


def _attendees(contact: Contact) -> tuple[Attendee, ...]:
    return tuple(
        Attendee(member=participant.person_id, organisation_id=participant.organisation_id)
        for participant in contact.participants
    )


def _partnership(tx: Transaction, partnership_id: UUID, on: date) -> Partnership:
    partnership = tx.get(Partnership, partnership_id)
    permit_bound(tx, partnership)
    partnership.require_running()
    require_past(on, tx.today_in(partnership.area))
    return partnership


def _participants(
    tx: Transaction, wanted: Sequence[UUID], organisations: Sequence[Organisation], on: date
) -> list[Participant]:
    """Each person with the named organisation of which they were a member on that day.

    A member of several took part for the one that they had joined first.
    """
    belonged = sa.select(memberships.c.person_id, memberships.c.organisation_id).where(
        memberships.c.person_id.in_(wanted),
        memberships.c.organisation_id.in_([organisation.id for organisation in organisations]),
        memberships.c.since <= on,
        sa.or_(memberships.c.until.is_(None), memberships.c.until >= on),
    )
    organisation_of: dict[UUID, UUID] = {}
    with tx.unhidden():  # participants may belong to a partner agency
        known = set(tx.session.scalars(sa.select(persons.c.id).where(persons.c.id.in_(wanted))))
        rows = tx.session.execute(belonged.order_by(memberships.c.since, memberships.c.id)).all()
    for person_id, organisation_id in rows:
        organisation_of.setdefault(person_id, organisation_id)
    for person_id in sorted(set(wanted)):
        if person_id not in known:
            raise PersonUnknown(person=person_id)
        if person_id not in organisation_of:
            raise BelongsToNone(person=person_id, day=on)
    return [Participant(person_id, organisation_of[person_id]) for person_id in sorted(organisation_of)]


def _organisations(tx: Transaction, partnership: Partnership, wanted: Sequence[UUID]) -> list[Organisation]:
    parties = [named(partnership, name) for name in sorted(set(wanted))]
    return [tx.get(Organisation, party.organisation_id) for party in parties]
