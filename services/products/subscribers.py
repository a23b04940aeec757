"""What the products follow: signed partnerships, and how much joint work they have completed."""

from __future__ import annotations

import sqlalchemy as sa

from services.products.tables import parties, partnerships
from shared.backbone.projection import Projection
from shared.backbone.transaction import Transaction
from shared.contracts.partners import PartnershipSigned
from shared.contracts.programs import StageCompleted

signed_partnerships = Projection("partnerships", tables=[partnerships, parties])


@signed_partnerships.on(PartnershipSigned)
def partnership_signed(tx: Transaction, event: PartnershipSigned) -> None:
    """Keep the partnership and its bound parties, as they signed last."""
    known = sa.update(partnerships).where(partnerships.c.id == event.partnership_id)
    if not tx.execute(known.values(title=event.title)).rowcount:
        tx.insert(
            partnerships,
            {"id": event.partnership_id, "agency": tx.agency, "title": event.title, "stages_completed": 0},
        )
    tx.execute(sa.delete(parties).where(parties.c.partnership_id == event.partnership_id))
    for party in event.parties:
        if party.role != "observer":
            row = {"partnership_id": event.partnership_id, "organisation_id": party.organisation_id}
            tx.insert(parties, row)


@signed_partnerships.on(StageCompleted)
def stage_completed(tx: Transaction, event: StageCompleted) -> None:
    """Count the partnership's completed stages (its partnership was signed before any stage)."""
    tx.execute(
        sa.update(partnerships)
        .where(partnerships.c.id == event.partnership_id)
        .values(stages_completed=partnerships.c.stages_completed + 1)
    )
