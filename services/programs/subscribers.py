"""What the programmes follow: partnerships, once they are signed."""

from __future__ import annotations

import sqlalchemy as sa

from services.programs.tables import parties, partnerships
from shared.backbone.projection import Projection
from shared.backbone.transaction import Transaction
from shared.contracts.partners import PartnershipSigned

signed_partnerships = Projection("partnerships", tables=[partnerships, parties])


@signed_partnerships.on(PartnershipSigned)
def partnership_signed(tx: Transaction, event: PartnershipSigned) -> None:
    """Keep the partnership and its parties, as they signed last."""
    for table, key in ((parties, parties.c.partnership_id), (partnerships, partnerships.c.id)):
        tx.execute(sa.delete(table).where(key == event.partnership_id))
    tx.insert(partnerships, {"id": event.partnership_id, "agency": tx.agency, "title": event.title})
    for party in event.parties:
        tx.insert(
            parties,
            {
                "partnership_id": event.partnership_id,
                "organisation_id": party.organisation_id,
                "name": party.organisation_name,
                "role": party.role,
            },
        )
