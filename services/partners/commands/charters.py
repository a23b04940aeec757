"""Charters are proposed by the lead and signed by each bound party."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.partners.commands import facts
from services.partners.commands.authority import own_party
from services.partners.model.partnership import Partnership
from shared.contracts.partners import (
    CharterEndorsed,
    CharterProposed,
    CharterWithdrawn,
    Means,
    PartnershipSigned,
    PartyJoined,
)
from shared.database.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ProposeCharter:
    """Put a vision, a mission and the means before the parties."""

    partnership_id: UUID
    vision: str
    mission: str
    means: tuple[Means, ...]


@dataclass(frozen=True, slots=True)
class WithdrawCharter:
    """Take back the charter that is proposed."""

    partnership_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class SignCharter:
    """Sign one version of the charter for the actor's organisation."""

    partnership_id: UUID
    charter_version: int


def propose_charter(tx: Transaction, command: ProposeCharter) -> Partnership:
    """Propose a charter as the lead party."""
    partnership = tx.get(Partnership, command.partnership_id)
    party = own_party(tx, partnership)
    charter = partnership.propose_charter(party, command.vision, command.mission, command.means, tx.now)
    tx.record(
        CharterProposed(partnership_id=partnership.id, charter_version=charter.number, means=command.means)
    )
    return partnership


def withdraw_charter(tx: Transaction, command: WithdrawCharter) -> Partnership:
    """Take a proposal back as the lead party; a charter in force stays so."""
    partnership = tx.get(Partnership, command.partnership_id)
    charter = partnership.withdraw_charter(own_party(tx, partnership), tx.now)
    tx.record(
        CharterWithdrawn(partnership_id=partnership.id, charter_version=charter.number, reason=command.reason)
    )
    return partnership


def sign_charter(tx: Transaction, command: SignCharter) -> Partnership:
    """Sign for the actor's organisation; the last required signature puts the proposed charter in force."""
    partnership = tx.get(Partnership, command.partnership_id)
    party = own_party(tx, partnership)
    was_invited = not party.takes_part
    complete = partnership.sign(party, command.charter_version, tx.actor.person, tx.now)
    if was_invited:
        tx.record(PartyJoined(partnership_id=partnership.id, party=facts.of_party(party)))
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
                parties=facts.of_parties(partnership),
            )
        )
    return partnership
