"""Relations between products."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from services.products.commands.parties import for_party, product_of
from services.products.model.product import Product
from services.products.model.relation import require_fitting, require_no_circle
from services.products.tables.products import products, relations
from shared.command import Command
from shared.contracts.products import ProductRelated
from shared.contracts.vocabulary import ProductRelation
from shared.database.transaction import Transaction, UnknownAggregate, noun


class RelateProduct(Command):
    """Link a product to a related product; both show the relation.

    ``target`` is the id of the other product.
    """

    product_id: UUID
    relation: ProductRelation
    target: UUID


def relate_product(tx: Transaction, command: RelateProduct) -> Product:
    """Relate a product, as a party, to one that the actor may see."""
    product = product_of(tx, command.product_id)
    party = for_party(tx, product)
    product.relate(command.relation, command.target, party, tx.now)
    target = tx.session.get(Product, command.target)
    if target is None:
        raise UnknownAggregate(kind=noun(Product), id=str(command.target))
    target.require_kept()
    require_fitting(command.relation, product, target)

    def next_of(some: set[UUID]) -> Iterable[UUID]:
        # Locked while we check, so that nobody closes a circle from the other side meanwhile.
        held = sa.select(products.c.id).where(products.c.id.in_(some)).order_by(products.c.id)
        onward = sa.select(relations.c.target).where(
            relations.c.product_id.in_(some), relations.c.relation == command.relation
        )
        with tx.unhidden():
            tx.execute(held.with_for_update())
            return tx.session.scalars(onward).all()

    require_no_circle(command.relation, product.id, command.target, next_of)
    tx.record(
        ProductRelated.model_validate(
            {
                "product_id": product.id,
                "partnership_id": product.partnership_id,
                "relation": command.relation,
                "target": command.target,
            }
        )
    )
    return product
