"""What an actor sees of the programmes: everything is public, but evidence before it is submitted."""

from __future__ import annotations

from collections.abc import Mapping

from services.programs.model.evidence import Evidence
from services.programs.tables.evidence import evidence
from services.programs.tables.partnerships import parties, partnerships
from shared.backbone.seer import Column, Condition, Seer, any_of, some


def visible(seer: Seer) -> Mapping[type, Condition]:
    """The facts of evidence are hidden until it is submitted with a stage."""
    return {Evidence: any_of(evidence.c.stage_id.is_not(None), among_evidence(seer))}


def among_evidence(seer: Seer) -> Condition:
    """The evidence of which one may have the files, submitted or not."""
    return _inside(seer, evidence.c.agency, evidence.c.partnership_id)


def among_partnerships(seer: Seer) -> Condition:
    """The partnerships in which one works: for their agency, or for one of their parties."""
    return _inside(seer, partnerships.c.agency, partnerships.c.id)


def _inside(seer: Seer, agency: Column, partnership_id: Column) -> Condition:
    # Observers are bound to nothing, and may still see.
    as_party = some(
        parties,
        where=(parties.c.partnership_id == partnership_id, seer.represents(parties.c.organisation_id)),
    )
    return any_of(seer.works_for(agency), as_party)
