"""Revocation of legal umbrellas, and taking it back."""

from __future__ import annotations

from uuid import UUID

from services.products.commands.parties import product_of
from services.products.commands.validity import watch_umbrella
from services.products.model.product import Product
from services.products.model.umbrella import NoUmbrella, SuccessionInCircle
from services.products.tables.partnerships import REGISTRY
from shared.command import Command
from shared.contracts.products import LegalUmbrellaRestored, LegalUmbrellaRevoked
from shared.database.transaction import Transaction
from shared.fields import LegalDay, Prose


class RevokeUmbrella(Command):
    """Record the day from which a regulation is no longer in force (representative of a party).

    ``replaced_by`` is the umbrella that replaces it.
    """

    product_id: UUID
    on: LegalDay
    replaced_by: UUID | None = None


class RestoreUmbrella(Command):
    """Take back a revocation that was recorded by mistake (representative of a party).

    The regulation then counts as never having been revoked; ``reason`` is public.
    """

    product_id: UUID
    reason: Prose


def revoke_umbrella(tx: Transaction, command: RevokeUmbrella) -> Product:
    """Revoke a published legal umbrella as a party; also after the partnership's end."""
    product = product_of(tx, command.product_id)
    REGISTRY.permit(tx, product)
    umbrella = product.require_umbrella()
    if command.replaced_by is not None:
        _require_successor(tx, product, command.replaced_by)
    umbrella.revoke(command.on, command.replaced_by)
    watch_umbrella(tx, product)
    tx.record(
        LegalUmbrellaRevoked(
            product_id=product.id,
            partnership_id=product.partnership_id,
            title=product.title,
            number=umbrella.number,
            on=command.on,
            replaced_by=command.replaced_by,
        )
    )
    return product


def restore_umbrella(tx: Transaction, command: RestoreUmbrella) -> Product:
    """Take the revocation of a legal umbrella back as a party; also after the partnership's end."""
    product = product_of(tx, command.product_id)
    REGISTRY.permit(tx, product)
    umbrella = product.require_umbrella()
    umbrella.restore()
    watch_umbrella(tx, product)
    tx.record(
        LegalUmbrellaRestored(
            product_id=product.id,
            partnership_id=product.partnership_id,
            title=product.title,
            number=umbrella.number,
            reason=command.reason,
        )
    )
    return product


def _require_successor(tx: Transaction, product: Product, successor: UUID) -> None:
    """Refuse a successor that is not a published umbrella, or that the product itself replaced in the end."""
    following: UUID | None = successor
    while following is not None:
        if following == product.id and product.legal is not None:
            raise SuccessionInCircle(number=product.legal.number)
        # Locked while we check, so that nobody closes a circle from the other side meanwhile.
        product_row = tx.session.get(Product, following, with_for_update=True)
        if product_row is None or product_row.legal is None:
            raise NoUmbrella(id=str(following))
        if following == successor:
            product_row.require_umbrella()
        following = product_row.legal.replaced_by
