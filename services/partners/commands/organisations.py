"""Organisations: registered and edited."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.partners.commands.authority import permit
from services.partners.model.organisation import Organisation
from services.partners.tables.organisations import organisations
from services.partners.tables.partnerships import parties
from shared import areas
from shared.command import Command, Part
from shared.contracts.partners import OrganisationAmended, OrganisationRegistered
from shared.contracts.vocabulary import OrganisationKind
from shared.database.transaction import Transaction
from shared.fields import AreaCode, Line
from shared.plain_text import letters
from shared.refusal import Refusal


class NameTaken(Refusal):
    """The names of an agency's organisations are unique."""

    kind = "conflict"
    message = "An organisation named %(name)s is already registered."
    remedy = "Use the registered organisation, or choose a distinct name for the new one."


class OrganisationTerms(Part):
    """The name and the area of an organisation."""

    name: Line
    area: AreaCode


class RegisterOrganisation(OrganisationTerms, Command):
    """Register an organisation (role administrator or coordinator).

    ``area`` is a code, such as 35.15 for Sidoarjo.
    """

    kind: OrganisationKind


class AmendOrganisation(OrganisationTerms, Command):
    """Change the name or area of an organisation (administrator or coordinator of its agency)."""

    organisation_id: UUID


def register_organisation(tx: Transaction, command: RegisterOrganisation) -> Organisation:
    """Register an organisation for the actor's agency."""
    areas.require(command.area)
    _require_free_name(tx, command.name)
    organisation = tx.add(
        Organisation(
            id=tx.new_id(),
            agency=tx.actor.agency,
            name=command.name,
            kind=command.kind,
            area=command.area,
            registered_at=tx.now,
        )
    )
    tx.record(
        OrganisationRegistered(
            organisation_id=organisation.id, name=command.name, kind=command.kind, area=command.area
        )
    )
    return organisation


def amend_organisation(tx: Transaction, command: AmendOrganisation) -> Organisation:
    """Edit an organisation of the actor's agency; partnerships show the new name."""
    organisation = tx.get(Organisation, command.organisation_id)
    permit(tx, organisation)
    areas.require(command.area)
    if command.name != organisation.name:
        _require_free_name(tx, command.name, organisation.id)
        shown = sa.update(parties).where(parties.c.organisation_id == organisation.id)
        with tx.unhidden():  # also in unsigned partnerships of other agencies
            tx.execute(shown.values(organisation_name=command.name))
    organisation.amend(command.name, command.area)
    tx.record(
        OrganisationAmended.model_validate(
            {
                "organisation_id": organisation.id,
                "name": organisation.name,
                "kind": organisation.kind,
                "area": organisation.area,
            }
        )
    )
    return organisation


def _require_free_name(tx: Transaction, name: str, own: UUID | None = None) -> None:
    same = sa.select(organisations.c.id).where(
        organisations.c.agency == tx.actor.agency,
        organisations.c.name_key == letters(name),
        organisations.c.id != own if own else sa.true(),
    )
    if tx.session.execute(same).first() is not None:
        raise NameTaken(name=name)
