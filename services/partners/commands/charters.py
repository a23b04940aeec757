"""Charters: proposed by the lead party, signed by each bound party."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.partners.commands import facts
from services.partners.commands.authority import own_party
from services.partners.model.partnership import Partnership
from shared.command import Command
from shared.contracts.partners import (
    CharterEndorsed,
    CharterProposed,
    CharterWithdrawn,
    PartnershipSigned,
    PartyJoined,
)
from shared.contracts.vocabulary import Means
from shared.database.transaction import Transaction
from shared.fields import Once, Prose

LARGEST = 1_000_000


class ProposeCharter(Command):
    """Propose a charter, or a new version of it (representative of the lead party).

    A charter in force remains so until everybody has signed the new one. ``means`` are how the parties will
    work together, each at most once.
    """

    partnership_id: UUID
    vision: Prose
    mission: Prose
    means: Annotated[tuple[Means, ...], Field(min_length=1, max_length=5), Once]


class WithdrawCharter(Command):
    """Withdraw the proposed charter (representative of the lead party); one in force remains so."""

    partnership_id: UUID
    reason: Prose


class SignCharter(Command):
    """Sign the proposed charter for your organisation (role representative); one person signs for one party.

    ``charter_version`` is the version that you have read.
    """

    partnership_id: UUID
    charter_version: Annotated[int, Field(ge=1, le=LARGEST)]


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
    """Withdraw a proposal as the lead party; a charter in force remains so."""
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
