"""Acting party of an actor, and checks on the partnership."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.products.model.product import Product
from services.products.tables.partnerships import REGISTRY, partnerships
from shared.database.transaction import Transaction
from shared.partnership.registry_copy import OfPartnership


def permit_new(tx: Transaction, thing: OfPartnership) -> frozenset[str]:
    """Refuse an actor who may not do this in a partnership, or after its end; returns their roles."""
    roles = REGISTRY.permit(tx, thing)
    _require_open(tx, thing)
    return roles


def for_party(tx: Transaction, thing: OfPartnership, *, even_ended: bool = False) -> UUID:
    """The party that a representative acts for; refuses others, and anything new after the end."""
    party = REGISTRY.acting_party(tx, thing)
    if not even_ended:
        _require_open(tx, thing)
    return party


def product_of(tx: Transaction, product_id: UUID) -> Product:
    """A product, locked for change; refuses a discarded one."""
    product = tx.get(Product, product_id)
    product.require_kept()
    return product


def hold(tx: Transaction, partnership_id: UUID) -> None:
    """Serialise changes to what belongs to a partnership as a whole."""
    tx.execute(sa.select(partnerships.c.id).where(partnerships.c.id == partnership_id).with_for_update())


def _require_open(tx: Transaction, thing: OfPartnership) -> None:
    REGISTRY.partnership(tx.session, thing.partnership_id).require_open()
