"""Agencies: added by operators, edited by their administrators."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.identity.commands.custody import leave_workspace, settle_workspace
from services.identity.model import agency as model
from services.identity.model.agency import Agency, AgencyUnknown
from services.identity.tables.accounts import agencies, organisations
from shared.command import Command
from shared.contracts.identity import AgencyAmended, AgencyFounded
from shared.database.transaction import Transaction
from shared.fields import Line, Slug
from shared.identity.permissions import Relation
from shared.refusal import Refusal


class OrganisationOfAnother(Refusal):
    """Only the agency that registered an organisation decides who represents it."""

    kind = "forbidden"
    message = "Your agency has registered no organisation with the id %(id)s."
    remedy = "Ask an administrator of its agency; if it was registered just now, try again in a moment."
    reason = "the organisation was registered by another agency"


class FoundAgency(Command):
    """Add an agency with a workspace (operator); its slug is part of the subjects of its events."""

    slug: Slug
    name: Line
    organisation_id: UUID | None = None


class AmendAgency(Command):
    """Change the name or the organisation of your agency (administrator); its slug stays."""

    name: Line
    organisation_id: UUID | None = None


def found_agency(tx: Transaction, command: FoundAgency) -> Agency:
    """Add an agency."""
    if command.slug in model.RESERVED:
        raise model.SlugReserved(slug=command.slug)
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
    settle_workspace(tx, agency.organisation_id, agency.agency)
    return agency


def amend_agency(tx: Transaction, command: AmendAgency) -> Agency:
    """Edit the actor's own agency; its slug stays."""
    tx.permit({Relation.OWN_AGENCY})
    agency_row = agency_of(tx, tx.actor.agency)
    if agency_row is None:
        raise AgencyUnknown(slug=tx.actor.agency)
    agency = tx.get(Agency, agency_row.id)
    require_ours(tx, command.organisation_id)
    before = agency.organisation_id
    agency.name, agency.organisation_id = command.name, command.organisation_id
    tx.record(AgencyAmended(agency_id=agency.id, organisation_id=agency.organisation_id))
    if before != agency.organisation_id:
        leave_workspace(tx, before, agency.agency)
        settle_workspace(tx, agency.organisation_id, agency.agency)
    return agency


def require_ours(tx: Transaction, organisation_id: UUID | None) -> None:
    """Refuse an organisation of another agency with OrganisationOfAnother.

    An agency's own organisations are those that it has registered, and the one it is. An operator names any
    when adding an agency, and otherwise counts as any administrator.
    """
    if organisation_id is None:
        return
    own = sa.select(organisations.c.id).where(
        organisations.c.id == organisation_id, organisations.c.agency == tx.actor.agency
    )
    agency = agency_of(tx, tx.actor.agency)
    stands_for = agency is not None and agency.organisation_id == organisation_id
    if not stands_for and tx.execute(own).first() is None:
        raise OrganisationOfAnother(id=str(organisation_id))


def agency_of(tx: Transaction, slug: str) -> Agency | None:
    """The agency with a slug."""
    return tx.session.scalars(sa.select(Agency).where(agencies.c.agency == slug)).first()
