"""Row visibility of programmes: public, except evidence before its submission."""

from __future__ import annotations

from collections.abc import Mapping

from services.programs.model.evidence import Evidence
from services.programs.tables.evidence import evidence
from services.programs.tables.partnerships import parties, partnerships
from shared.rows.viewer import Column, Condition, Viewer, any_of, some


def visible(viewer: Viewer) -> Mapping[type, Condition]:
    """The facts of evidence are hidden until it is submitted with a stage."""
    return {Evidence: any_of(evidence.c.stage_id.is_not(None), among_evidence(viewer))}


def among_evidence(viewer: Viewer) -> Condition:
    """The evidence of which one may have the files, submitted or not."""
    return _inside(viewer, evidence.c.agency, evidence.c.partnership_id)


def among_partnerships(viewer: Viewer) -> Condition:
    """The partnerships in which one works: for their agency, or for one of their parties."""
    return _inside(viewer, partnerships.c.agency, partnerships.c.id)


def _inside(viewer: Viewer, agency: Column, partnership_id: Column) -> Condition:
    # Observers are bound to nothing, and may still see.
    as_party = some(
        parties,
        where=(parties.c.partnership_id == partnership_id, viewer.represents(parties.c.organisation_id)),
    )
    return any_of(viewer.works_for(agency), as_party)
