"""Authorisation on products: relations of an actor to a partnership."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from services.products.tables.partnerships import is_party
from services.products.tables.people import PEOPLE
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


def permit(tx: Transaction, thing: OfPartnership) -> frozenset[str]:
    """Refuse an actor who may not do this in that partnership; returns the roles in which they may."""
    return PEOPLE.still(tx, tx.permit(relations(tx.session, tx.actor, thing)))


def relations(session: Session, actor: Actor, thing: OfPartnership) -> set[Relation]:
    """What ties the actor to the partnership of a thing."""
    listed_relations = {Relation.OWN_AGENCY} if actor.agency == thing.agency else set()
    if is_party(session, thing.partnership_id, actor.organisation):
        listed_relations.add(Relation.PARTY)
    return listed_relations
