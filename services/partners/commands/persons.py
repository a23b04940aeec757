"""Persons: registered, edited, retired; events contain ids only."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.partners.commands.authority import permit
from services.partners.commands.memberships import close
from services.partners.commands.registration import PersonTerms, registered
from services.partners.model.person import Membership, Person
from services.partners.tables.organisations import memberships
from shared.command import Command
from shared.contracts.partners import PersonRetired
from shared.database.transaction import Transaction


class RegisterPerson(PersonTerms, Command):
    """Register a person (role administrator or coordinator); the data never leaves the agency."""


class AmendPerson(PersonTerms, Command):
    """Correct a person's data (administrator or coordinator of the same agency)."""

    person_id: UUID


class RetirePerson(Command):
    """Retire a person and end their memberships today (administrator or coordinator of the agency)."""

    person_id: UUID


def register_person(tx: Transaction, command: RegisterPerson) -> Person:
    """Register a person."""
    return registered(tx, command)


def amend_person(tx: Transaction, command: AmendPerson) -> Person:
    """Edit a person of the actor's agency."""
    person = _person(tx, command.person_id)
    person.amend(command.name, command.email, command.phone)
    return person


def retire_person(tx: Transaction, command: RetirePerson) -> Person:
    """Retire a person of the actor's agency; current memberships end today."""
    return _retire(tx, _person(tx, command.person_id))


def _retire(tx: Transaction, person: Person) -> Person:
    person.retire(tx.now)
    tx.record(PersonRetired(whom=person.id))
    running = sa.select(memberships.c.id).where(
        memberships.c.person_id == person.id, memberships.c.until.is_(None)
    )
    for membership_id in tx.session.scalars(running.order_by(memberships.c.id)).all():
        close(tx, tx.reach(Membership, membership_id), tx.today)
    return person


def let_go(tx: Transaction, person_id: str) -> None:
    """End the roles and memberships of an erased person, as for a retired one."""
    try:
        person = tx.session.get(Person, UUID(person_id), with_for_update=True)
    except ValueError:
        return
    if person is not None and person.agency == tx.agency and person.retired_at is None:
        _retire(tx, tx.reach(Person, person.id))


def _person(tx: Transaction, person_id: UUID) -> Person:
    person = tx.get(Person, person_id)
    permit(tx, person)
    return person
