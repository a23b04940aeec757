"""Persons and memberships API, for coordinators of the same agency."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from services.partners.api.filters import Search
from services.partners.commands import memberships, persons
from services.partners.model.person import Membership, Person
from services.partners.permissions import (
    KEEPS_PEOPLE,
    READS_MEMBERSHIPS,
    REGISTRAR,
    REGISTRARS,
    THEIR_READERS,
)
from services.partners.queries import persons as queries
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import Relation, may

operations = Operations("persons")


class PersonOut(BaseModel):
    """A person, as their agency's administrators, coordinators and auditors see them."""

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


class MembershipOut(BaseModel):
    """A membership; it is current while ``until`` is None."""

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


operations.create(
    "/persons",
    persons.register_person,
    may=may(*REGISTRARS),
    label=N_("register a person"),
    shows=PersonOut,
)
operations.do(
    "/persons/{person_id}/amend",
    persons.amend_person,
    may=REGISTRAR,
    label=N_("edit a person"),
    shows=PersonOut,
)
operations.do(
    "/persons/{person_id}/retire",
    persons.retire_person,
    may=REGISTRAR,
    label=N_("retire a person"),
    shows=PersonOut,
)
operations.create(
    "/memberships",
    memberships.begin_membership,
    may=REGISTRAR,
    label=N_("begin a membership"),
    shows=MembershipOut,
)
operations.create(
    "/organisations/{organisation_id}/members",
    memberships.register_member,
    may=KEEPS_PEOPLE,
    label=N_("register a member of an organisation"),
    shows=MembershipOut,
)
operations.do(
    "/memberships/{membership_id}/end",
    memberships.end_membership,
    may=KEEPS_PEOPLE,
    label=N_("end a membership"),
    shows=MembershipOut,
)


@operations.get(
    "/persons", may=may(*THEIR_READERS, of=Relation.OWN_AGENCY), label=N_("list persons in the registry")
)
async def list_persons(door: DoorDep, paging: PageDep, q: Search | None = None) -> Page[PersonOut]:
    """List the persons of your agency (role administrator, coordinator or auditor)."""
    listed_persons = await door.read(queries.list_persons, q, paging.after, paging.limit + 1)
    return paging.page(listed_persons, PersonOut.of, lambda item: item.id)


@operations.get(
    "/persons/{person_id}",
    may=may(*THEIR_READERS, of=Relation.OWN_AGENCY),
    label=N_("view a person in the registry"),
)
async def show_person(person_id: UUID, door: DoorDep, response: Response) -> PersonOut:
    """Show one person of your agency (role administrator, coordinator or auditor)."""
    person = await door.read(queries.person, person_id)
    response.headers["ETag"] = etag(person.version)
    return PersonOut.of(person)


@operations.get("/memberships", may=READS_MEMBERSHIPS, label=N_("list memberships"))
async def list_memberships(
    door: DoorDep, paging: PageDep, person_id: UUID | None = None, organisation_id: UUID | None = None
) -> Page[MembershipOut]:
    """List memberships: a representative those of the organisation, others those of the agency.

    The others are its administrators, coordinators and auditors.
    """
    listed_memberships = await door.read(
        queries.list_memberships, person_id, organisation_id, paging.after, paging.limit + 1
    )
    return paging.page(listed_memberships, MembershipOut.of, lambda item: item.id)


@operations.get("/memberships/{membership_id}", may=READS_MEMBERSHIPS, label=N_("view a membership"))
async def show_membership(membership_id: UUID, door: DoorDep, response: Response) -> MembershipOut:
    """Show one membership that you may see."""
    membership = await door.read(queries.membership, membership_id)
    response.headers["ETag"] = etag(membership.version)
    return MembershipOut.of(membership)


@operations.get(
    "/memberships/{membership_id}/timeline",
    may=READS_MEMBERSHIPS,
    label=N_("view the history of a membership"),
)
async def show_membership_timeline(membership_id: UUID, door: DoorDep) -> list[Happened]:
    """List everything that happened to a membership that you may see, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.membership_timeline, membership_id)]
