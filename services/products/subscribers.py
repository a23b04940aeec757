"""Event consumers of products: partnerships, parties and memberships."""

from __future__ import annotations

import sqlalchemy as sa

from services.products.tables.partnerships import parties, partnerships
from shared.contracts.partners import OrganisationAmended, PartnershipEnded, PartnershipSigned, PartyLeft
from shared.database.transaction import Transaction
from shared.events.projection import Projection

signed_partnerships = Projection("partnerships", tables=[partnerships, parties])


@signed_partnerships.on(PartnershipSigned)
def partnership_signed(tx: Transaction, event: PartnershipSigned) -> None:
    """Keep the partnership and its bound parties, as they signed last."""
    known = sa.update(partnerships).where(partnerships.c.id == event.partnership_id)
    if not tx.execute(known.values(title=event.title, area=event.area)).rowcount:
        tx.insert(
            partnerships,
            {
                "id": event.partnership_id,
                "agency": tx.agency,
                "title": event.title,
                "area": event.area,
                "ended": False,
            },
        )
    tx.execute(sa.delete(parties).where(parties.c.partnership_id == event.partnership_id))
    for party in event.parties:
        if party.role != "observer":
            tx.insert(
                parties,
                {
                    "partnership_id": event.partnership_id,
                    "organisation_id": party.organisation_id,
                    "name": party.organisation_name,
                    "kind": party.kind,
                },
            )


@signed_partnerships.on(OrganisationAmended)
def organisation_amended(tx: Transaction, event: OrganisationAmended) -> None:
    """An organisation is called otherwise wherever it is a party."""
    tx.execute(
        sa.update(parties)
        .where(parties.c.organisation_id == event.organisation_id)
        .values(name=event.name, kind=event.kind)
    )


@signed_partnerships.on(PartyLeft)
def party_left(tx: Transaction, event: PartyLeft) -> None:
    """It acts for the partnership no longer."""
    tx.execute(
        sa.delete(parties).where(
            parties.c.partnership_id == event.partnership_id,
            parties.c.organisation_id == event.organisation_id,
        )
    )


@signed_partnerships.on(PartnershipEnded)
def partnership_ended(tx: Transaction, event: PartnershipEnded) -> None:
    """Nothing new is made in it; its parties still answer for what is public."""
    tx.execute(sa.update(partnerships).where(partnerships.c.id == event.partnership_id).values(ended=True))
