"""Contacts and ceremonies over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from services.partners.commands import contacts as commands
from services.partners.model.contact import Ceremony, Contact
from services.partners.model.party import MOST
from services.partners.permissions import COORDINATOR, PARTY, READS_CONTACTS
from services.partners.queries import contacts as queries
from shared.contracts.vocabulary import ContactKind
from shared.fields import Day, Line, ReasonIn, RequestBody
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("contacts")


class ContactIn(RequestBody):
    """That people spoke with one another: who (ids of persons), for which parties (ids of organisations).

    On that day each of them belonged to one of these organisations, and each of these has somebody there.
    """

    kind: ContactKind
    on: Day
    subject: Line
    attended_by: list[UUID] = Field(min_length=1, max_length=200)
    organisations: list[UUID] = Field(min_length=1, max_length=MOST)


class ContactCorrectionIn(ContactIn, ReasonIn):
    """What the contact was instead, whole, and why it is corrected."""


class ParticipantOut(BaseModel):
    """Somebody who took part, by an opaque id, and for which organisation."""

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


class CeremonyIn(RequestBody):
    """That a ceremony took place, with which parties (ids of organisations)."""

    title: Line
    on: Day
    organisations: list[UUID] = Field(min_length=1, max_length=MOST)


class CeremonyCorrectionIn(CeremonyIn, ReasonIn):
    """What the ceremony was instead, whole, and why it is corrected."""


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


@operations.post(
    "/partnerships/{partnership_id}/contacts",
    may=COORDINATOR + PARTY,
    label=N_("record a contact"),
    status_code=201,
    response_model=ContactOut,
)
async def record_contact(partnership_id: UUID, body: ContactIn, door: DoorDep) -> Response:
    """Record a contact (representative of a bound party, or coordinator of the partnership's agency)."""
    command = commands.RecordContact(
        partnership_id, body.kind, body.on, body.subject, tuple(body.attended_by), tuple(body.organisations)
    )
    return await door.create(commands.record_contact, command, ContactOut.of)


@operations.get("/partnerships/{partnership_id}/contacts", may=READS_CONTACTS, label=N_("see contacts"))
async def list_contacts(partnership_id: UUID, door: DoorDep, paging: PageDep) -> Page[ContactOut]:
    """List the contacts of a partnership (staff of its agency, or representative of a party)."""
    found = await door.read(queries.list_contacts, partnership_id, paging.after, paging.limit + 1)
    return paging.page(found, ContactOut.of, lambda item: item.id)


@operations.get("/contacts/{contact_id}", may=READS_CONTACTS, label=N_("see a contact"))
async def show_contact(contact_id: UUID, door: DoorDep, response: Response) -> ContactOut:
    """Show one contact (staff of its agency, or representative of a party)."""
    found = await door.read(queries.contact, contact_id)
    response.headers["ETag"] = etag(found.version)
    return ContactOut.of(found)


@operations.post(
    "/contacts/{contact_id}/correct",
    may=COORDINATOR + PARTY,
    label=N_("correct a contact"),
    response_model=ContactOut,
)
async def correct_contact(contact_id: UUID, body: ContactCorrectionIn, door: DoorDep) -> Response:
    """Correct a contact (representative of a bound party, or coordinator of the partnership's agency)."""
    people, parties = tuple(body.attended_by), tuple(body.organisations)
    command = commands.CorrectContact(
        contact_id, body.kind, body.on, body.subject, people, parties, body.reason
    )
    return await door.do(commands.correct_contact, command, ContactOut.of)


@operations.get(
    "/contacts/{contact_id}/timeline", may=READS_CONTACTS, label=N_("see the history of a contact")
)
async def show_contact_timeline(contact_id: UUID, door: DoorDep) -> list[Happened]:
    """Everything that happened to a contact (staff of its agency, or representative of a party)."""
    return [Happened.of(event) for event in await door.read(queries.contact_timeline, contact_id)]


@operations.post(
    "/partnerships/{partnership_id}/ceremonies",
    may=COORDINATOR + PARTY,
    label=N_("record a ceremony"),
    status_code=201,
    response_model=CeremonyOut,
)
async def record_ceremony(partnership_id: UUID, body: CeremonyIn, door: DoorDep) -> Response:
    """Record a ceremony (representative of a bound party, or coordinator of the partnership's agency)."""
    command = commands.RecordCeremony(partnership_id, body.title, body.on, tuple(body.organisations))
    return await door.create(commands.record_ceremony, command, CeremonyOut.of)


@operations.get("/partnerships/{partnership_id}/ceremonies", may=PUBLIC)
async def list_ceremonies(partnership_id: UUID, door: DoorDep, paging: PageDep) -> Page[CeremonyOut]:
    """List the ceremonies of a partnership."""
    found = await door.read(queries.list_ceremonies, partnership_id, paging.after, paging.limit + 1)
    return paging.page(found, CeremonyOut.of, lambda item: item.id)


@operations.get("/ceremonies/{ceremony_id}", may=PUBLIC)
async def show_ceremony(ceremony_id: UUID, door: DoorDep, response: Response) -> CeremonyOut:
    """Show one ceremony."""
    found = await door.read(queries.ceremony, ceremony_id)
    response.headers["ETag"] = etag(found.version)
    return CeremonyOut.of(found)


@operations.post(
    "/ceremonies/{ceremony_id}/correct",
    may=COORDINATOR + PARTY,
    label=N_("correct a ceremony"),
    response_model=CeremonyOut,
)
async def correct_ceremony(ceremony_id: UUID, body: CeremonyCorrectionIn, door: DoorDep) -> Response:
    """Correct a ceremony (representative of a bound party, or coordinator of the partnership's agency)."""
    parties = tuple(body.organisations)
    command = commands.CorrectCeremony(ceremony_id, body.title, body.on, parties, body.reason)
    return await door.do(commands.correct_ceremony, command, CeremonyOut.of)


@operations.get("/ceremonies/{ceremony_id}/timeline", may=PUBLIC)
async def show_ceremony_timeline(ceremony_id: UUID, door: DoorDep) -> list[Happened]:
    """Everything that happened to a ceremony, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.ceremony_timeline, ceremony_id)]
