"""What an actor sees of the programmes: everything is public, but evidence before it is submitted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import with_loader_criteria
from sqlalchemy.orm.interfaces import ORMOption

from services.programs.model.evidence import Evidence
from services.programs.tables.evidence import evidence
from services.programs.tables.partnerships import parties, partnerships
from shared.identity.actor import Actor
from shared.identity.permissions import Role, is_staff


def visible(actor: Actor) -> Sequence[ORMOption]:
    """The facts of evidence are hidden until it is submitted with a stage."""
    seen = sa.or_(evidence.c.stage_id.is_not(None), among_evidence(actor))
    return (with_loader_criteria(Evidence, seen),)


def among_evidence(actor: Actor) -> sa.ColumnElement[bool]:
    """The evidence of which the actor may have the files, submitted or not."""
    return _inside(actor, evidence.c.agency, evidence.c.partnership_id)


def among_partnerships(actor: Actor) -> sa.ColumnElement[bool]:
    """The partnerships in which the actor works: for their agency, or for one of their parties."""
    return _inside(actor, partnerships.c.agency, partnerships.c.id)


def _inside(actor: Actor, agency: sa.Column[Any], partnership_id: sa.Column[UUID]) -> sa.ColumnElement[bool]:
    ways: list[sa.ColumnElement[bool]] = [sa.false()]
    if is_staff(actor):
        ways.append(agency == actor.agency)
    if actor.has(Role.REPRESENTATIVE) and actor.organisation is not None:
        # Observers are bound to nothing, and may still see.
        mine = sa.select(parties.c.partnership_id).where(parties.c.organisation_id == actor.organisation)
        ways.append(partnership_id.in_(mine))
    return sa.or_(*ways)
