"""What an actor sees of the registry: a partnership once signed is a public record, before that its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import with_loader_criteria
from sqlalchemy.orm.interfaces import ORMOption

from services.partners.model.agreement import Agreement
from services.partners.model.board import Board
from services.partners.model.commitment import Commitment
from services.partners.model.contact import Ceremony, Contact
from services.partners.model.meeting import Meeting
from services.partners.model.partnership import Partnership
from services.partners.model.person import Membership, Person
from services.partners.model.trust import TrustRound
from services.partners.permissions import THEIR_READERS
from services.partners.tables.agreements import agreements
from services.partners.tables.boards import boards, seats
from services.partners.tables.commitments import commitments
from services.partners.tables.contacts import ceremonies, contacts
from services.partners.tables.meetings import meetings
from services.partners.tables.organisations import memberships, persons
from services.partners.tables.partnerships import charters, parties, partnerships
from services.partners.tables.trust import trust_rounds
from shared.identity.actor import Actor
from shared.identity.permissions import Role, is_staff

Condition = sa.ColumnElement[bool]
# What belongs to a partnership is seen where the partnership is; contacts are not for everybody even then.
BELONGING: tuple[tuple[type, sa.Table], ...] = (
    (Agreement, agreements),
    (Ceremony, ceremonies),
    (Board, boards),
    (Meeting, meetings),
    (Commitment, commitments),
    (TrustRound, trust_rounds),
)
SIGNED = (
    sa.exists()
    .where(charters.c.partnership_id == partnerships.c.id, charters.c.endorsed_at.is_not(None))
    .correlate_except(charters)
)
"""Whether a partnership was ever signed, also if it has ended since."""


@lru_cache(1024)
def visible(actor: Actor) -> Sequence[ORMOption]:
    """What is no public record: what was never signed, contacts, and people with their memberships."""
    seen = sa.or_(SIGNED, *_taking_part(actor), *_seated(actor))
    return (
        with_loader_criteria(Partnership, seen),
        *(with_loader_criteria(kind, _within(table, seen)) for kind, table in BELONGING),
        with_loader_criteria(Contact, contacts_seen_by(actor)),
        with_loader_criteria(Person, sa.and_(persons.c.agency == actor.agency, _reads_persons(actor))),
        with_loader_criteria(Membership, _memberships(actor)),
    )


def contacts_seen_by(actor: Actor) -> Condition:
    """Contacts are for the agency's own staff and for the parties' representatives."""
    return _within(contacts, sa.or_(sa.false(), *_taking_part(actor)))


def _taking_part(actor: Actor) -> list[Condition]:
    """In which partnerships the actor's agency or organisation has a part."""
    found: list[Condition] = []
    if is_staff(actor):
        found.append(partnerships.c.agency == actor.agency)
    if actor.has(Role.REPRESENTATIVE) and actor.organisation is not None:
        found.append(
            sa.exists()
            .where(
                parties.c.partnership_id == partnerships.c.id,
                parties.c.organisation_id == actor.organisation,
                parties.c.left_at.is_(None),
            )
            .correlate_except(parties)
        )
    return found


def _seated(actor: Actor) -> list[Condition]:
    """On which partnerships' boards the actor holds a seat for a party, in whatever role."""
    try:
        person = UUID(actor.person)
    except ValueError:
        return []  # the registry does not know everybody who acts
    return [
        sa.exists()
        .where(
            boards.c.partnership_id == partnerships.c.id,
            seats.c.board_id == boards.c.id,
            seats.c.holder == person,
            seats.c.ended_on.is_(None),
        )
        .correlate_except(boards, seats)
    ]


def _within(table: sa.Table, seen: Condition) -> Condition:
    """Whether a row belongs to a partnership that is seen."""
    return sa.exists().where(partnerships.c.id == table.c.partnership_id, seen).correlate_except(partnerships)


def _reads_persons(actor: Actor) -> Condition:
    return sa.literal(not actor.roles.isdisjoint(THEIR_READERS))


def _memberships(actor: Actor) -> Condition:
    """The agency's own, for those who look after them; those of an organisation for who represents it."""
    ours = sa.and_(memberships.c.agency == actor.agency, _reads_persons(actor))
    if actor.has(Role.REPRESENTATIVE) and actor.organisation is not None:
        return sa.or_(ours, memberships.c.organisation_id == actor.organisation)
    return ours
