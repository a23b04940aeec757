"""Agencies are founded by whoever runs the system."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from services.identity.model import agency as model
from services.identity.model.agency import Agency
from services.identity.tables.accounts import agencies
from shared.backbone.transaction import Transaction
from shared.contracts.identity import AgencyFounded


@dataclass(frozen=True, slots=True)
class FoundAgency:
    """Give an agency a workspace of its own."""

    slug: str
    name: str
    organisation_id: UUID | None


def found_agency(tx: Transaction, command: FoundAgency) -> Agency:
    """Found an agency."""
    if agency_of(tx, command.slug) is not None:
        raise model.AgencyFounded(slug=command.slug)
    agency = tx.add(
        Agency(
            id=tx.new_id(),
            agency=command.slug,
            name=command.name,
            organisation_id=command.organisation_id,
            founded_at=tx.now,
        )
    )
    tx.record(AgencyFounded(agency_id=agency.id, slug=command.slug, organisation_id=command.organisation_id))
    return agency


def agency_of(tx: Transaction, slug: str) -> Agency | None:
    """The agency that a slug stands for."""
    return tx.session.scalars(sa.select(Agency).where(agencies.c.agency == slug)).first()
