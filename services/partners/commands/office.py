"""Who keeps the records of boards and rounds: the secretaries, and in part the coordinators, of an agency."""

from __future__ import annotations

from services.partners.commands.authority import OtherAgency
from shared.backbone.transaction import Aggregate
from shared.identity.actor import Actor, RoleMissing


def require_own_secretary(actor: Actor, thing: Aggregate) -> None:
    """Refuse everybody but a secretary of the agency that ``thing`` belongs to."""
    actor.require("secretary")
    if actor.agency != thing.agency:
        raise OtherAgency


def require_own_office(actor: Actor, thing: Aggregate) -> None:
    """Refuse everybody but a secretary or a coordinator of the agency that ``thing`` belongs to."""
    actor.sign_in()
    if not (actor.has("secretary") or actor.has("coordinator")):
        raise RoleMissing(role="secretary")
    if actor.agency != thing.agency:
        raise OtherAgency
