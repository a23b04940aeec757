"""Event consumers of programs: agencies, regulations."""

from __future__ import annotations

import sqlalchemy as sa

from services.programs.tables.partnerships import agencies
from services.programs.tables.umbrellas import umbrellas
from shared.contracts.identity import AgencyAmended, AgencyFounded
from shared.contracts.products import (
    LegalUmbrellaLapsed,
    LegalUmbrellaRestored,
    LegalUmbrellaRevoked,
    ProductPublished,
    ProductWithdrawn,
)
from shared.database.transaction import Transaction
from shared.events.projection import Projection

reporters = Projection("agencies", tables=[agencies])
legal_umbrellas = Projection("umbrellas", tables=[umbrellas])


@reporters.on(AgencyFounded)
def agency_founded(tx: Transaction, event: AgencyFounded) -> None:
    """Keep which organisation the agency is."""
    tx.insert(agencies, {"agency": event.slug, "organisation_id": event.organisation_id})


@reporters.on(AgencyAmended)
def agency_amended(tx: Transaction, event: AgencyAmended) -> None:
    """Update the agency's organisation."""
    own = sa.update(agencies).where(agencies.c.agency == tx.agency)
    tx.execute(own, {"organisation_id": event.organisation_id})


@legal_umbrellas.on(ProductPublished)
def umbrella_published(tx: Transaction, event: ProductPublished) -> None:
    """Keep the regulation as last published; a newer version does not undo a revocation."""
    if event.legal is None:
        return
    row = {
        "id": event.product_id,
        "title": event.title,
        "number": event.legal.number,
        "product_version": event.product_version,
        "in_force_from": event.legal.in_force_from,
        "in_force_until": event.legal.in_force_until,
        "lapsed": False,
        "withdrawn": False,
    }
    tx.upsert(umbrellas, row, {"revoked_on": None})


@legal_umbrellas.on(LegalUmbrellaRevoked)
def umbrella_revoked(tx: Transaction, event: LegalUmbrellaRevoked) -> None:
    """Record the revocation."""
    known = sa.update(umbrellas).where(umbrellas.c.id == event.product_id)
    tx.execute(known, {"revoked_on": event.on})


@legal_umbrellas.on(LegalUmbrellaRestored)
def umbrella_restored(tx: Transaction, event: LegalUmbrellaRestored) -> None:
    """Forget a revocation that was recorded by mistake."""
    known = sa.update(umbrellas).where(umbrellas.c.id == event.product_id)
    tx.execute(known, {"revoked_on": None})


@legal_umbrellas.on(LegalUmbrellaLapsed)
def umbrella_lapsed(tx: Transaction, event: LegalUmbrellaLapsed) -> None:
    """Record the lapse."""
    known = sa.update(umbrellas).where(umbrellas.c.id == event.product_id)
    tx.execute(known, {"lapsed": True, "in_force_until": event.in_force_until})


@legal_umbrellas.on(ProductWithdrawn)
def umbrella_withdrawn(tx: Transaction, event: ProductWithdrawn) -> None:
    """Record the withdrawal of the version."""
    known = sa.update(umbrellas).where(
        umbrellas.c.id == event.product_id, umbrellas.c.product_version == event.product_version
    )
    tx.execute(known, {"withdrawn": True})
