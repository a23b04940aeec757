"""Authorisation in programmes: relations of an actor to a partnership."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.programs.tables.partnerships import parties
from services.programs.tables.people import PEOPLE
from shared.database.transaction import Transaction
from shared.identity.actor import Actor
from shared.identity.permissions import Relation


class OfPartnership(Protocol):
    """What belongs to a partnership, in the workspace of an agency."""

    @property
    def agency(self) -> str:
        """The agency in whose workspace it is."""

    @property
    def partnership_id(self) -> UUID:
        """The partnership to which it belongs."""


# Built once: a statement takes longer to build than to run.
_ROLE = sa.select(parties.c.role).where(
    parties.c.partnership_id == sa.bindparam("within", type_=sa.Uuid()),
    parties.c.organisation_id == sa.bindparam("own", type_=sa.Uuid()),
)


def permit(tx: Transaction, thing: OfPartnership) -> frozenset[str]:
    """Refuse an actor who may not do this in that partnership; returns the roles in which they may."""
    return PEOPLE.still(tx, tx.permit(relations(tx.session, tx.actor, thing)))


def relations(session: Session, actor: Actor, thing: OfPartnership) -> set[Relation]:
    """What ties the actor to the partnership of a thing; an observer is bound to nothing."""
    listed_relations = {Relation.OWN_AGENCY} if actor.agency == thing.agency else set()
    asked = {"within": thing.partnership_id, "own": actor.organisation}
    role = session.connection().execute(_ROLE, asked).scalar_one_or_none() if actor.organisation else None
    if role not in (None, "observer"):
        listed_relations.add(Relation.PARTY)
    if role == "lead":
        listed_relations.add(Relation.LEAD)
    return listed_relations
