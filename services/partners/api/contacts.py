"""Contacts and ceremonies API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from services.partners.commands import contacts as commands
from services.partners.model.contact import Ceremony, Contact
from services.partners.permissions import COORDINATOR, PARTY, READS_CONTACTS
from services.partners.queries import contacts as queries
from shared.contracts.vocabulary import ContactKind
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("contacts")


class ParticipantOut(BaseModel):
    """A participant by an opaque id, and the organisation they took part for."""

    model_config = ConfigDict(from_attributes=True)

    person_id: UUID
    organisation_id: UUID


class ContactOut(BaseModel):
    """A contact; people appear as opaque ids, in ``participants`` with their organisations."""

    id: UUID
    agency: str
    partnership_id: UUID
    kind: ContactKind
    on: date
    subject: str
    participants: list[ParticipantOut]
    attended_by: list[UUID]
    organisations: list[UUID]
    recorded_at: datetime

    @classmethod
    def of(cls, contact: Contact) -> Self:
        """The view of a contact."""
        return cls.model_validate(
            vars(contact)
            | {
                "participants": [
                    ParticipantOut.model_validate(participant) for participant in contact.participants
                ],
                "attended_by": [participant.person_id for participant in contact.participants],
                "organisations": [organisation.id for organisation in contact.organisations],
            }
        )


class CeremonyOut(BaseModel):
    """A ceremony."""

    id: UUID
    agency: str
    partnership_id: UUID
    title: str
    on: date
    organisations: list[UUID]
    recorded_at: datetime

    @classmethod
    def of(cls, ceremony: Ceremony) -> Self:
        """The view of a ceremony."""
        return cls.model_validate(
            vars(ceremony) | {"organisations": [organisation.id for organisation in ceremony.organisations]}
        )


operations.create(
    "/partnerships/{partnership_id}/contacts",
    commands.record_contact,
    may=COORDINATOR + PARTY,
    label=N_("record a contact"),
    shows=ContactOut,
)
operations.do(
    "/contacts/{contact_id}/correct",
    commands.correct_contact,
    may=COORDINATOR + PARTY,
    label=N_("correct a contact"),
    shows=ContactOut,
)
operations.create(
    "/partnerships/{partnership_id}/ceremonies",
    commands.record_ceremony,
    may=COORDINATOR + PARTY,
    label=N_("record a ceremony"),
    shows=CeremonyOut,
)
operations.do(
    "/ceremonies/{ceremony_id}/correct",
    commands.correct_ceremony,
    may=COORDINATOR + PARTY,
    label=N_("correct a ceremony"),
    shows=CeremonyOut,
)


@operations.get("/partnerships/{partnership_id}/contacts", may=READS_CONTACTS, label=N_("see contacts"))
async def list_contacts(partnership_id: UUID, door: DoorDep, paging: PageDep) -> Page[ContactOut]:
    """List the contacts of a partnership (staff of its agency, or representative of a party)."""
    contacts = await door.read(queries.list_contacts, partnership_id, paging.after, paging.limit + 1)
    return paging.page(contacts, ContactOut.of, lambda item: item.id)


@operations.get("/contacts/{contact_id}", may=READS_CONTACTS, label=N_("see a contact"))
async def show_contact(contact_id: UUID, door: DoorDep, response: Response) -> ContactOut:
    """Show one contact (staff of its agency, or representative of a party)."""
    contact = await door.read(queries.contact, contact_id)
    response.headers["ETag"] = etag(contact.version)
    return ContactOut.of(contact)


@operations.get(
    "/contacts/{contact_id}/timeline", may=READS_CONTACTS, label=N_("view the history of a contact")
)
async def show_contact_timeline(contact_id: UUID, door: DoorDep) -> list[Happened]:
    """Everything that happened to a contact (staff of its agency, or representative of a party)."""
    return [Happened.of(event) for event in await door.read(queries.contact_timeline, contact_id)]


@operations.get("/partnerships/{partnership_id}/ceremonies", may=PUBLIC)
async def list_ceremonies(partnership_id: UUID, door: DoorDep, paging: PageDep) -> Page[CeremonyOut]:
    """List the ceremonies of a partnership."""
    ceremonies = await door.read(queries.list_ceremonies, partnership_id, paging.after, paging.limit + 1)
    return paging.page(ceremonies, CeremonyOut.of, lambda item: item.id)


@operations.get("/ceremonies/{ceremony_id}", may=PUBLIC)
async def show_ceremony(ceremony_id: UUID, door: DoorDep, response: Response) -> CeremonyOut:
    """Show one ceremony."""
    ceremony = await door.read(queries.ceremony, ceremony_id)
    response.headers["ETag"] = etag(ceremony.version)
    return CeremonyOut.of(ceremony)


@operations.get("/ceremonies/{ceremony_id}/timeline", may=PUBLIC)
async def show_ceremony_timeline(ceremony_id: UUID, door: DoorDep) -> list[Happened]:
    """Everything that happened to a ceremony, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.ceremony_timeline, ceremony_id)]
