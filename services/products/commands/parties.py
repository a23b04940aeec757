"""Acting party of an actor, and checks on the partnership."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from services.products.commands.authority import OfPartnership, permit
from services.products.model.product import Product
from services.products.tables.partnerships import is_party, partnerships
from shared.database.transaction import Transaction
from shared.identity.actor import NotAParty
from shared.identity.permissions import Role
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
    remedy = (
        "Its published products can still be withdrawn or revoked and their use recorded; no new "
        "products can be made."
    )


class OrganisationNeeded(Refusal):
    """A coordinator says for which party something is recorded."""

    kind = "invalid"
    message = "The party for which this is recorded is missing."
    remedy = "Set organisation_id to the id of a party of the partnership."


class Partnership(NamedTuple):
    """A signed partnership, as this service has heard of it."""

    partnership_id: UUID
    agency: str
    title: str
    area: str
    ended: bool

    def require_open(self) -> None:
        """Refuse anything new after the end; raises :class:`PartnershipOver`."""
        if self.ended:
            raise PartnershipOver(title=self.title)


def partnership_of(tx: Transaction, partnership_id: UUID) -> Partnership:
    """A signed partnership; raises :class:`UnknownPartnership`."""
    query = sa.select(partnerships).where(partnerships.c.id == partnership_id)
    row = tx.session.execute(query).first()
    if row is None:
        raise UnknownPartnership(id=str(partnership_id))
    return Partnership(row.id, row.agency, row.title, row.area, row.ended)


def permit_new(tx: Transaction, thing: OfPartnership) -> frozenset[str]:
    """The same as ``permit``, and refuse anything new after the partnership's end."""
    roles = permit(tx, thing)
    partnership_of(tx, thing.partnership_id).require_open()
    return roles


def for_party(tx: Transaction, thing: OfPartnership, *, even_ended: bool = False) -> UUID:
    """The party for which a representative acts; refuses others, and anything new after the end."""
    party = represented(tx, permit(tx, thing) if even_ended else permit_new(tx, thing))
    if party is None:
        raise NotAParty
    return party


def for_party_or_agency(tx: Transaction, thing: OfPartnership, named: UUID | None) -> UUID:
    """The same where a coordinator of the agency may record it for a ``named`` party, even after the end."""
    roles = permit(tx, thing)
    own = represented(tx, roles)
    if named in (None, own):
        if own is None:
            raise OrganisationNeeded
        return own
    if Role.COORDINATOR not in roles or not is_party(tx.session, thing.partnership_id, named):
        raise NotAParty
    return named


def represented(tx: Transaction, roles: frozenset[str]) -> UUID | None:
    """The party for which somebody acts who may do so in these roles, if any."""
    return tx.actor.organisation if Role.REPRESENTATIVE in roles else None


def product_of(tx: Transaction, product_id: UUID) -> Product:
    """A product, held for change; refuses one of which nothing is left but its timeline."""
    product = tx.get(Product, product_id)
    product.require_kept()
    return product


def hold(tx: Transaction, partnership_id: UUID) -> None:
    """Let one at a time change what belongs to a partnership as a whole."""
    tx.execute(sa.select(partnerships.c.id).where(partnerships.c.id == partnership_id).with_for_update())
