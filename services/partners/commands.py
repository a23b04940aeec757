"""What can be done in the registry: one command and one function per use case."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from services.partners.model import Organisation, Partnership, Party
from services.partners.tables import organisations
from shared.backbone.transaction import Transaction
from shared.contracts.partners import (
    CharterEndorsed,
    CharterProposed,
    OrganisationKind,
    OrganisationRegistered,
    PartnershipFormed,
    PartnershipSigned,
    PartyFacts,
    PartyRole,
)
from shared.refusal import Refusal


class NameTaken(Refusal):
    """The agency has registered an organisation of that name."""

    kind = "conflict"
    message = "An organisation called %(name)s is registered already."
    remedy = "Use the registered organisation, or give the new one a name that tells them apart."


@dataclass(frozen=True, slots=True)
class RegisterOrganisation:
    """Enter an organisation into the registry."""

    name: str
    kind: OrganisationKind
    area: str


@dataclass(frozen=True, slots=True)
class PartyTerms:
    """On which terms an organisation takes part."""

    organisation_id: UUID
    role: PartyRole
    contributes: str
    gains: str


@dataclass(frozen=True, slots=True)
class FormPartnership:
    """Bring organisations together as parties."""

    title: str
    area: str
    problem: str
    parties: tuple[PartyTerms, ...]


@dataclass(frozen=True, slots=True)
class ProposeCharter:
    """Put a vision and a mission before the parties."""

    partnership_id: UUID
    vision: str
    mission: str


@dataclass(frozen=True, slots=True)
class SignCharter:
    """Sign one version of the charter for the actor's organisation."""

    partnership_id: UUID
    charter_version: int


def register_organisation(tx: Transaction, command: RegisterOrganisation) -> Organisation:
    """Register an organisation for the actor's agency."""
    tx.actor.require("coordinator")
    same = sa.select(organisations.c.id).where(
        organisations.c.agency == tx.actor.agency, organisations.c.name == command.name
    )
    if tx.session.execute(same).first() is not None:
        raise NameTaken(name=command.name)
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


def form_partnership(tx: Transaction, command: FormPartnership) -> Partnership:
    """Form a partnership of registered organisations; nothing is signed yet."""
    tx.actor.require("coordinator")
    partnership = tx.add(
        Partnership(
            id=tx.new_id(),
            agency=tx.actor.agency,
            title=command.title,
            area=command.area,
            problem=command.problem,
            formed_at=tx.now,
            parties=[_party(tx, terms) for terms in command.parties],
        )
    )
    tx.record(
        PartnershipFormed(
            partnership_id=partnership.id,
            title=partnership.title,
            area=partnership.area,
            parties=_facts(partnership),
        )
    )
    return partnership


def propose_charter(tx: Transaction, command: ProposeCharter) -> Partnership:
    """Propose a charter as the lead party."""
    tx.actor.require("representative")
    partnership = tx.get(Partnership, command.partnership_id)
    party = partnership.party_of(tx.actor.organisation)
    partnership.propose_charter(party, command.vision, command.mission)
    tx.record(CharterProposed(partnership_id=partnership.id, charter_version=partnership.charter_version))
    return partnership


def sign_charter(tx: Transaction, command: SignCharter) -> Partnership:
    """Sign for the actor's organisation; the last required signature puts the partnership in force."""
    tx.actor.require("representative")
    partnership = tx.get(Partnership, command.partnership_id)
    party = partnership.party_of(tx.actor.organisation)
    complete = partnership.sign(party, command.charter_version, tx.actor.person, tx.now)
    tx.record(
        CharterEndorsed(
            partnership_id=partnership.id,
            charter_version=partnership.charter_version,
            party_id=party.id,
            organisation_id=party.organisation_id,
        )
    )
    if complete:
        tx.record(
            PartnershipSigned(
                partnership_id=partnership.id,
                charter_version=partnership.charter_version,
                title=partnership.title,
                area=partnership.area,
                parties=_facts(partnership),
            )
        )
    return partnership


def _party(tx: Transaction, terms: PartyTerms) -> Party:
    organisation = tx.get(Organisation, terms.organisation_id)
    return Party(
        id=tx.new_id(),
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        kind=organisation.kind,
        role=terms.role,
        contributes=terms.contributes,
        gains=terms.gains,
    )


def _facts(partnership: Partnership) -> tuple[PartyFacts, ...]:
    return tuple(
        PartyFacts.model_validate(
            {
                "party_id": party.id,
                "organisation_id": party.organisation_id,
                "organisation_name": party.organisation_name,
                "kind": party.kind,
                "role": party.role,
            }
        )
        for party in partnership.parties
    )
