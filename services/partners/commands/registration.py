"""Registration of a person, for other use cases."""

from __future__ import annotations

from pydantic import EmailStr

from services.partners.model.person import Person
from shared.command import Part
from shared.contracts.partners import PersonRegistered
from shared.database.transaction import Transaction
from shared.fields import Line
from shared.phone_numbers import Phone


class PersonTerms(Part):
    """The name and the contact details of a person."""

    name: Line
    email: EmailStr | None = None
    phone: Phone | None = None


def registered(tx: Transaction, terms: PersonTerms) -> Person:
    """A new person of the actor's agency."""
    person = tx.add(
        Person(
            id=tx.new_id(),
            agency=tx.actor.agency,
            name=terms.name,
            registered_at=tx.now,
            email=terms.email,
            phone=terms.phone,
        )
    )
    tx.record(PersonRegistered(whom=person.id))
    return person
