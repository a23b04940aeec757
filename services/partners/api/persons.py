"""Persons and memberships API, for coordinators of the same agency."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, EmailStr
from starlette.responses import Response

from services.partners.api.fields import Phone, Search
from services.partners.commands import memberships as membership_commands
from services.partners.commands import persons as commands
from services.partners.model.person import Membership, Person
from services.partners.permissions import READS_MEMBERSHIPS, REGISTRAR, REGISTRARS, THEIR_READERS
from services.partners.queries import persons as queries
from shared.fields import Day, Line, RequestBody
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import Relation, may

operations = Operations("persons")


class PersonIn(RequestBody):
    """A person by name, and how to reach him or her."""

    name: Line
    email: EmailStr | None = None
    phone: Phone | None = None


class PersonOut(BaseModel):
    """A person as those see it who look after him or her, and the auditors of the agency."""

    id: UUID
    agency: str
    name: str
    email: str | None
    phone: str | None
    registered_at: datetime
    retired_at: datetime | None

    @classmethod
    def of(cls, person: Person) -> Self:
        """The view of a person."""
        return cls.model_validate(person, from_attributes=True)


class MembershipIn(RequestBody):
    """That a person belongs to an organisation, in which role (“Kanit Binmas”), since which day."""

    person_id: UUID
    organisation_id: UUID
    role: Line
    since: Day


class MembershipEndIn(RequestBody):
    """The last day of a membership."""

    until: Day


class MembershipOut(BaseModel):
    """A membership; it runs while ``until`` is None."""

    id: UUID
    agency: str
    person_id: UUID
    organisation_id: UUID
    role: str
    since: date
    until: date | None

    @classmethod
    def of(cls, membership: Membership) -> Self:
        """The view of a membership."""
        return cls.model_validate(membership, from_attributes=True)


@operations.post(
    "/persons", may=may(*REGISTRARS), label=N_("register a person"), status_code=201, response_model=PersonOut
)
async def register_person(body: PersonIn, door: DoorDep) -> Response:
    """Register a person (role administrator or coordinator); the data never leaves the agency."""
    command = commands.RegisterPerson(body.name, body.email, body.phone)
    return await door.create(commands.register_person, command, PersonOut.of)


@operations.get(
    "/persons", may=may(*THEIR_READERS, of=Relation.OWN_AGENCY), label=N_("list persons in the registry")
)
async def list_persons(door: DoorDep, paging: PageDep, q: Search | None = None) -> Page[PersonOut]:
    """List the persons of one's agency (role administrator, coordinator or auditor)."""
    persons = await door.read(queries.list_persons, q, paging.after, paging.limit + 1)
    return paging.page(persons, PersonOut.of, lambda item: item.id)


@operations.get(
    "/persons/{person_id}",
    may=may(*THEIR_READERS, of=Relation.OWN_AGENCY),
    label=N_("view a person in the registry"),
)
async def show_person(person_id: UUID, door: DoorDep, response: Response) -> PersonOut:
    """Show one person of one's agency (role administrator, coordinator or auditor)."""
    person = await door.read(queries.person, person_id)
    response.headers["ETag"] = etag(person.version)
    return PersonOut.of(person)


@operations.post(
    "/persons/{person_id}/amend", may=REGISTRAR, label=N_("amend a person"), response_model=PersonOut
)
async def amend_person(person_id: UUID, body: PersonIn, door: DoorDep) -> Response:
    """Correct a person's data (administrator or coordinator of the same agency)."""
    command = commands.AmendPerson(person_id, body.name, body.email, body.phone)
    return await door.do(commands.amend_person, command, PersonOut.of)


@operations.post(
    "/persons/{person_id}/retire", may=REGISTRAR, label=N_("retire a person"), response_model=PersonOut
)
async def retire_person(person_id: UUID, door: DoorDep) -> Response:
    """Retire a person and end his or her memberships today (administrator or coordinator of the agency)."""
    return await door.do(commands.retire_person, commands.RetirePerson(person_id), PersonOut.of)


@operations.post(
    "/memberships",
    may=REGISTRAR,
    label=N_("begin a membership"),
    status_code=201,
    response_model=MembershipOut,
)
async def begin_membership(body: MembershipIn, door: DoorDep) -> Response:
    """Begin a membership (administrator or coordinator of the agency of the person and the organisation)."""
    command = membership_commands.BeginMembership(body.person_id, body.organisation_id, body.role, body.since)
    return await door.create(membership_commands.begin_membership, command, MembershipOut.of)


@operations.get("/memberships", may=READS_MEMBERSHIPS, label=N_("list memberships"))
async def list_memberships(
    door: DoorDep, paging: PageDep, person_id: UUID | None = None, organisation_id: UUID | None = None
) -> Page[MembershipOut]:
    """List memberships: a representative those in the organisation, others those of the agency.

    These are its administrators, coordinators and auditors.
    """
    memberships = await door.read(
        queries.list_memberships, person_id, organisation_id, paging.after, paging.limit + 1
    )
    return paging.page(memberships, MembershipOut.of, lambda item: item.id)


@operations.get("/memberships/{membership_id}", may=READS_MEMBERSHIPS, label=N_("view a membership"))
async def show_membership(membership_id: UUID, door: DoorDep, response: Response) -> MembershipOut:
    """Show one membership that one may see."""
    membership = await door.read(queries.membership, membership_id)
    response.headers["ETag"] = etag(membership.version)
    return MembershipOut.of(membership)


@operations.post(
    "/memberships/{membership_id}/end",
    may=REGISTRAR,
    label=N_("end a membership"),
    response_model=MembershipOut,
)
async def end_membership(membership_id: UUID, body: MembershipEndIn, door: DoorDep) -> Response:
    """End a membership (administrator or coordinator of its agency)."""
    command = membership_commands.EndMembership(membership_id, body.until)
    return await door.do(membership_commands.end_membership, command, MembershipOut.of)


@operations.get(
    "/memberships/{membership_id}/timeline",
    may=READS_MEMBERSHIPS,
    label=N_("view the history of a membership"),
)
async def show_membership_timeline(membership_id: UUID, door: DoorDep) -> list[Happened]:
    """Everything that happened to a membership that one may see, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.membership_timeline, membership_id)]
