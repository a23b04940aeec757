"""Memberships: begun and ended."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.partners.commands.authority import permit
from services.partners.commands.registration import PersonTerms, registered
from services.partners.commands.vacancies import vacate_places_of
from services.partners.model.organisation import Organisation
from services.partners.model.person import Membership, Person
from services.partners.tables.organisations import memberships
from shared.command import Command
from shared.contracts.partners import MembershipBegan, MembershipEnded
from shared.database.transaction import Transaction
from shared.days import require_past
from shared.fields import Day, Line
from shared.refusal import Refusal


class MemberAlready(Refusal):
    """A person has one membership in an organisation at a time."""

    kind = "conflict"
    message = "This person is already a member of %(organisation)s."
    remedy = "To change the role, end the current membership first."


class NotAMember(Refusal):
    """Only a member acts for an organisation."""

    kind = "invalid"
    message = "The person %(person)s is not currently a member of that organisation."
    remedy = "Choose one of its members, or ask a coordinator to record the membership first."


class BeginMembership(Command):
    """Begin a membership (administrator or coordinator of the agency of the person and the organisation).

    ``role`` is the person's role there (“Kanit Binmas”).
    """

    person_id: UUID
    organisation_id: UUID
    role: Line
    since: Day


class RegisterMember(PersonTerms, Command):
    """Register a person as a member of your organisation (its representative, or staff of its agency).

    ``role`` is the person's role there.
    """

    organisation_id: UUID
    role: Line
    since: Day


class EndMembership(Command):
    """End a membership (representative of the organisation, or administrator or coordinator of its agency).

    ``until`` is its last day.
    """

    membership_id: UUID
    until: Day


def register_member(tx: Transaction, command: RegisterMember) -> Membership:
    """Register a new person of the actor's agency, and begin the membership."""
    organisation = tx.get(Organisation, command.organisation_id)
    permit(tx, organisation)
    require_past(command.since, tx.today_in(organisation.area))
    with tx.unhidden():  # a representative does not read the agency's list of persons
        person = registered(tx, command)
        tx.session.flush()
    return _begin(tx, person.id, organisation.id, command.role, command.since)


def begin_membership(tx: Transaction, command: BeginMembership) -> Membership:
    """Begin a membership; the person and the organisation belong to the actor's agency."""
    person = tx.get(Person, command.person_id)
    permit(tx, person)
    person.require_active()
    organisation = tx.get(Organisation, command.organisation_id)
    permit(tx, organisation)
    require_past(command.since, tx.today_in(organisation.area))
    if is_member(tx, person.id, organisation.id):
        raise MemberAlready(organisation=organisation.name)
    return _begin(tx, person.id, organisation.id, command.role, command.since)


def _begin(tx: Transaction, person_id: UUID, organisation_id: UUID, role: str, since: date) -> Membership:
    membership = tx.add(
        Membership(
            id=tx.new_id(),
            agency=tx.actor.agency,
            person_id=person_id,
            organisation_id=organisation_id,
            role=role,
            since=since,
        )
    )
    tx.record(
        MembershipBegan(
            membership_id=membership.id,
            organisation_id=organisation_id,
            member=person_id,
            since=since,
        )
    )
    return membership


def end_membership(tx: Transaction, command: EndMembership) -> Membership:
    """End a membership of the actor's agency or organisation."""
    membership = tx.get(Membership, command.membership_id)
    permit(tx, membership)
    close(tx, membership, command.until)
    return membership


def close(tx: Transaction, membership: Membership, until: date) -> None:
    """End a loaded membership, with the seats and the responsibility that depend on it."""
    membership.end(until, tx.today_in(tx.get(Organisation, membership.organisation_id).area))
    tx.record(
        MembershipEnded(
            membership_id=membership.id,
            organisation_id=membership.organisation_id,
            member=membership.person_id,
            until=until,
        )
    )
    vacate_places_of(tx, membership.person_id, membership.organisation_id, until)


def acts_for(tx: Transaction, person: str, organisation_id: UUID) -> bool:
    """Whether an actor, by opaque id, is a member of an organisation."""
    try:
        return is_member(tx, UUID(person), organisation_id)
    except ValueError:
        return False  # actors unknown to the registry cannot be checked


def is_member(tx: Transaction, person_id: UUID, organisation_id: UUID) -> bool:
    """Whether a person has a current membership in an organisation."""
    running = sa.select(memberships.c.id).where(
        memberships.c.person_id == person_id,
        memberships.c.organisation_id == organisation_id,
        memberships.c.until.is_(None),
    )
    with tx.unhidden():
        return tx.session.execute(running).first() is not None


def require_member(tx: Transaction, person_id: UUID, organisation_id: UUID) -> None:
    """Refuse a person without a current membership there, with :class:`NotAMember`."""
    if not is_member(tx, person_id, organisation_id):
        raise NotAMember(person=person_id)
