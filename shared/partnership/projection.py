"""How a copy follows the registry: one set of handlers for every service that has one."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from shared.contracts.partners import (
    LeadHandedOver,
    OrganisationAmended,
    OrganisationRegistered,
    PartnershipEnded,
    PartnershipSigned,
    PartyAmended,
    PartyLeft,
)
from shared.contracts.vocabulary import PartyRole
from shared.database.transaction import Transaction
from shared.events.projection import Projection
from shared.partnership.tables import Tables

NAME = "partnerships"


def registry_projection(tables: Tables) -> Projection:
    """The projection of these tables."""
    handlers = _Handlers(tables)
    projection = Projection(NAME, tables=[tables.partnerships, tables.parties, tables.organisations])
    projection.on(OrganisationRegistered)(handlers.organisation_registered)
    projection.on(OrganisationAmended)(handlers.organisation_amended)
    projection.on(PartnershipSigned)(handlers.partnership_signed)
    projection.on(PartyLeft)(handlers.party_left)
    projection.on(LeadHandedOver)(handlers.lead_handed_over)
    projection.on(PartyAmended)(handlers.party_amended)
    projection.on(PartnershipEnded)(handlers.partnership_ended)
    return projection


class _Handlers:
    """Each handler is idempotent: a copy that follows again applies events over its existing rows."""

    def __init__(self, tables: Tables) -> None:
        self._partnerships = tables.partnerships
        self._parties = tables.parties
        self._organisations = tables.organisations

    def organisation_registered(self, tx: Transaction, event: OrganisationRegistered) -> None:
        """Keep the organisation's name, and the agency that registered it."""
        row = {"id": event.organisation_id, "name": event.name, "kind": event.kind, "agency": tx.agency}
        tx.upsert(self._organisations, row)

    def organisation_amended(self, tx: Transaction, event: OrganisationAmended) -> None:
        """Update the organisation, also where it is a party."""
        self._keep_organisation(tx, event.organisation_id, event.name, event.kind)
        theirs = sa.update(self._parties).where(self._parties.c.organisation_id == event.organisation_id)
        tx.execute(theirs, {"name": event.name, "kind": event.kind})

    def partnership_signed(self, tx: Transaction, event: PartnershipSigned) -> None:
        """Keep the partnership and its parties, as last signed; one that ended stays so."""
        row = {"id": event.partnership_id, "title": event.title, "area": event.area}
        tx.upsert(self._partnerships, row, {"agency": tx.agency, "ended": False})
        tx.execute(sa.delete(self._parties).where(self._parties.c.partnership_id == event.partnership_id))
        for party in event.parties:
            tx.insert(
                self._parties,
                {
                    "partnership_id": event.partnership_id,
                    "organisation_id": party.organisation_id,
                    "name": party.organisation_name,
                    "kind": party.kind,
                    "role": party.role,
                },
            )
        for party in event.parties:
            self._keep_organisation(tx, party.organisation_id, party.organisation_name, party.kind)

    def party_left(self, tx: Transaction, event: PartyLeft) -> None:
        """End the party's rights in the partnership."""
        gone = sa.delete(self._parties).where(
            self._parties.c.partnership_id == event.partnership_id,
            self._parties.c.organisation_id == event.organisation_id,
        )
        tx.execute(gone)

    def lead_handed_over(self, tx: Transaction, event: LeadHandedOver) -> None:
        """Exchange the roles of the previous and the new lead."""
        self._give_role(tx, event.partnership_id, event.before, PartyRole.MEMBER)
        self._give_role(tx, event.partnership_id, event.after, PartyRole.LEAD)

    def party_amended(self, tx: Transaction, event: PartyAmended) -> None:
        """Keep the role, as far as the charter in force binds the party."""
        role = event.after.role if event.bound else PartyRole.OBSERVER
        self._give_role(tx, event.partnership_id, event.organisation_id, role)

    def _give_role(
        self, tx: Transaction, partnership_id: UUID, organisation_id: UUID, role: PartyRole
    ) -> None:
        theirs = sa.update(self._parties).where(
            self._parties.c.partnership_id == partnership_id,
            self._parties.c.organisation_id == organisation_id,
        )
        tx.execute(theirs, {"role": role})

    def partnership_ended(self, tx: Transaction, event: PartnershipEnded) -> None:
        """Mark the partnership as ended; its parties still answer for existing work."""
        known = sa.update(self._partnerships).where(self._partnerships.c.id == event.partnership_id)
        tx.execute(known, {"ended": True})

    def _keep_organisation(self, tx: Transaction, organisation_id: UUID, name: str, kind: str) -> None:
        tx.upsert(self._organisations, {"id": organisation_id, "name": name, "kind": kind})
