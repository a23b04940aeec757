"""Who acts for a partnership: a representative of one of its parties, or a coordinator of its agency."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from services.products.model.product import Product
from services.products.tables.partnerships import is_party, partnerships
from shared.backbone.transaction import Transaction
from shared.identity.actor import NotAParty
from shared.refusal import Refusal


class UnknownPartnership(Refusal):
    """No signed partnership has that id, as far as this service has heard."""

    kind = "unknown"
    message = "There is no signed partnership with the id %(id)s."
    remedy = "A product needs a signed partnership. If it was signed just now, try again in a moment."


class PartnershipOver(Refusal):
    """Nothing new is made in a partnership that has ended."""

    kind = "conflict"
    message = "The partnership “%(title)s” has ended."
    remedy = "What it published can still be withdrawn or revoked, and its use recorded; nothing new is made."


class OrganisationNeeded(Refusal):
    """A coordinator says for which party something is recorded."""

    kind = "invalid"
    message = "It is not said for which party this is recorded."
    remedy = "Give organisation_id, the id of a party of the partnership."


class Acting(NamedTuple):
    """The agency of the partnership, and the party for which somebody acts."""

    agency: str
    party: UUID


def for_party(tx: Transaction, partnership_id: UUID, *, even_ended: bool = False) -> Acting:
    """The party for which a representative acts; refuses others, and anything new after the end."""
    tx.actor.require("representative")
    agency = agency_of(tx, partnership_id, even_ended=even_ended)
    party = tx.actor.organisation
    if party is None or not is_party(tx.session, partnership_id, party):
        raise NotAParty
    return Acting(agency, party)


def for_party_or_agency(tx: Transaction, partnership_id: UUID, party: UUID | None) -> Acting:
    """The same where a coordinator of the agency may record it for a ``party``, even after the end."""
    agency = agency_of(tx, partnership_id, even_ended=True)
    if not is_coordinator_of(tx, agency):
        acting = for_party(tx, partnership_id, even_ended=True)
        if party not in (None, acting.party):
            raise NotAParty
        return acting
    party = party or tx.actor.organisation
    if party is None:
        raise OrganisationNeeded
    if not is_party(tx.session, partnership_id, party):
        raise NotAParty
    return Acting(agency, party)


def is_coordinator_of(tx: Transaction, agency: str) -> bool:
    """Whether the actor coordinates for that agency; refuses a coordinator of another one who is no party."""
    if not tx.actor.has("coordinator"):
        return False
    if tx.actor.agency != agency and not tx.actor.has("representative"):
        raise NotAParty
    return tx.actor.agency == agency


def product_of(tx: Transaction, product_id: UUID) -> Product:
    """A product, held for change; refuses one of which nothing is left but its timeline."""
    product = tx.get(Product, product_id)
    product.require_kept()
    return product


def agency_of(tx: Transaction, partnership_id: UUID, *, even_ended: bool = False) -> str:
    """Whose data a partnership is; refuses one that is not known, and anything new after the end."""
    query = sa.select(partnerships).where(partnerships.c.id == partnership_id)
    found = tx.session.execute(query).first()
    if found is None:
        raise UnknownPartnership(id=str(partnership_id))
    if found.ended and not even_ended:
        raise PartnershipOver(title=found.title)
    agency: str = found.agency
    return agency


def hold(tx: Transaction, partnership_id: UUID) -> None:
    """Let one at a time change what belongs to a partnership as a whole."""
    tx.execute(sa.select(partnerships.c.id).where(partnerships.c.id == partnership_id).with_for_update())
