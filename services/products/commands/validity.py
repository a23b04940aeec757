"""Validity timers: expiry of versions, lapse of regulations."""

from __future__ import annotations

from datetime import date, timedelta

from services.products.commands.facts import facts
from services.products.commands.search import index_version
from services.products.model.product import Product
from services.products.model.version import Version
from shared.contracts.products import LegalUmbrellaLapsed, ProductExpired, ProductExpiring
from shared.contracts.vocabulary import VersionState
from shared.database.timers import Due
from shared.database.transaction import Transaction

EXPIRING, EXPIRED, LAPSED = "product-expiring", "product-expired", "legal-umbrella-lapsed"
REMIND_BEFORE = timedelta(days=30)
ONE_DAY = timedelta(days=1)


def watch(tx: Transaction, product: Product, version: Version) -> None:
    """Set the timers of a published version: the reminder, the expiry and the lapse of its regulation."""
    if version.valid_until is not None:
        _watch_validity(tx, product, version, version.valid_until)
    watch_umbrella(tx, product)


def watch_umbrella(tx: Transaction, product: Product) -> None:
    """Set the timer that records the lapse of a regulation, or drop it if it will not lapse."""
    lapses_after = product.legal.lapses_after if product.legal and product.published else None
    if lapses_after is None:
        tx.drop_timer(LAPSED, product.id)
    else:
        tx.set_timer(LAPSED, product.id, tx.start_of(lapses_after + ONE_DAY))


def unwatch(tx: Transaction, product: Product, version: Version) -> None:
    """Drop the timers of a version that is no longer published."""
    for name in (EXPIRING, EXPIRED):
        tx.drop_timer(name, product.id, str(version.number))
    watch_umbrella(tx, product)


def product_expiring(tx: Transaction, due: Due) -> None:
    """Fires thirty days before a published version expires; an expired one needs no reminder."""
    product = tx.get(Product, due.about)
    version = product.numbered(int(due.key))
    until = version.valid_until
    if version.state is VersionState.PUBLISHED and until is not None and tx.today <= until:
        tx.record(ProductExpiring(**facts(product, version), valid_until=until))


def product_expired(tx: Transaction, due: Due) -> None:
    """Fires after the last valid day of a published version."""
    product = tx.get(Product, due.about)
    version = product.numbered(int(due.key))
    if version.state is VersionState.PUBLISHED and version.valid_until is not None:
        product.expire(version.number, tx.now)
        tx.record(ProductExpired(**facts(product, version), valid_until=version.valid_until))
        index_version(tx, product)
        watch_umbrella(tx, product)


def legal_umbrella_lapsed(tx: Transaction, due: Due) -> None:
    """Fires after the last day in force of a published regulation."""
    product = tx.get(Product, due.about)
    legal = product.legal
    if legal is None or product.published is None:
        return
    until = legal.lapses_after
    if until is None or not legal.has_lapsed(tx.today):
        return
    legal.lapse_told = until
    tx.record(
        LegalUmbrellaLapsed(
            product_id=product.id,
            partnership_id=product.partnership_id,
            title=product.title,
            number=legal.number,
            in_force_until=until,
        )
    )


def _watch_validity(tx: Transaction, product: Product, version: Version, valid_until: date) -> None:
    """A day that is nearer than the reminder needs none."""
    key = str(version.number)
    tx.set_timer(EXPIRED, product.id, tx.start_of(valid_until + ONE_DAY), key)
    if valid_until - REMIND_BEFORE > tx.today:
        tx.set_timer(EXPIRING, product.id, tx.start_of(valid_until - REMIND_BEFORE), key)
