"""Checks on a partnership and its parties, for other use cases."""

from __future__ import annotations

from uuid import UUID

from services.partners.model.partnership import Partnership
from services.partners.model.party import Party
from shared.database.transaction import Transaction
from shared.refusal import Refusal


class OrganisationNotAParty(Refusal):
    """Only parties can be named in the work of a partnership."""

    kind = "invalid"
    message = "The organisation %(organisation)s is not a party of this partnership."
    remedy = "Choose parties of the partnership, or add the organisation as a party first."


def running(tx: Transaction, partnership_id: UUID) -> Partnership:
    """A partnership that has not ended; raises ``UnknownAggregate`` and ``PartnershipOver``."""
    partnership = tx.get(Partnership, partnership_id)
    partnership.require_running()
    return partnership


def named(partnership: Partnership, organisation_id: UUID) -> Party:
    """The party of a named organisation; raises :class:`OrganisationNotAParty`."""
    for party in partnership.taking_part:
        if party.organisation_id == organisation_id:
            return party
    raise OrganisationNotAParty(organisation=organisation_id)
