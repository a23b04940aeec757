"""Event data of parties."""

from __future__ import annotations

from services.partners.model.partnership import Partnership
from services.partners.model.party import Party
from shared.contracts.partners import PartyFacts


def of_party(party: Party) -> PartyFacts:
    """One party as subscribers need it."""
    return PartyFacts.model_validate(
        {
            "party_id": party.id,
            "organisation_id": party.organisation_id,
            "organisation_name": party.organisation_name,
            "kind": party.kind,
            "role": party.role,
            "contributes": party.contributes,
            "gains": party.gains,
        }
    )


def of_parties(partnership: Partnership) -> tuple[PartyFacts, ...]:
    """The parties that take part."""
    return tuple(of_party(party) for party in partnership.taking_part)
