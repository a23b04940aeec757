"""Who may do what in the registry."""

from __future__ import annotations

from services.partners.model.agreement import Agreement
from services.partners.model.partnership import Partnership
from services.partners.model.party import Party
from shared.backbone.transaction import Aggregate
from shared.identity.actor import Actor
from shared.refusal import Refusal


class OtherAgency(Refusal):
    """Each agency looks after what it registered."""

    kind = "forbidden"
    message = "This belongs to another agency, and its own coordinators look after it."
    remedy = "Ask a coordinator of that agency."


class NotASignatory(Refusal):
    """An agreement is ended by those who made it."""

    kind = "forbidden"
    message = "Your organisation did not sign the agreement %(number)s."
    remedy = "Ask a representative of one of its signatories, or a coordinator of the agency."


def require_own_coordinator(actor: Actor, thing: Aggregate) -> None:
    """Refuse everybody but a coordinator of the agency that ``thing`` belongs to."""
    actor.require("coordinator")
    if actor.agency != thing.agency:
        raise OtherAgency


def bound_party(actor: Actor, partnership: Partnership) -> Party:
    """The party that the actor represents, if it is bound; refuses everybody else."""
    actor.require("representative")
    party = partnership.party_of(actor.organisation)
    partnership.require_bound(party)
    return party


def require_bound_or_coordinator(actor: Actor, partnership: Partnership) -> None:
    """Refuse everybody but a bound party's representative and a coordinator of the partnership's agency."""
    if not _is_coordinator(actor, partnership):
        bound_party(actor, partnership)


def require_signatory_or_coordinator(actor: Actor, agreement: Agreement) -> None:
    """Refuse everybody but a signatory's representative and a coordinator of the agreement's agency."""
    if not _is_coordinator(actor, agreement):
        actor.require("representative")
        if not agreement.signed_for(actor.organisation):
            raise NotASignatory(number=agreement.number)


def require_lead_or_coordinator(actor: Actor, partnership: Partnership) -> None:
    """Refuse everybody but the lead's representative and a coordinator of the partnership's agency."""
    if not _is_coordinator(actor, partnership):
        actor.require("representative")
        partnership.require_lead(partnership.party_of(actor.organisation))


def _is_coordinator(actor: Actor, thing: Aggregate) -> bool:
    if not actor.has("coordinator"):
        return False
    if actor.agency != thing.agency and not actor.has("representative"):
        raise OtherAgency
    return actor.agency == thing.agency
