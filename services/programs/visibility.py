"""Row visibility of programmes: public, except evidence before its submission, and reports."""

from __future__ import annotations

from collections.abc import Mapping

from services.programs.model.evidence import Evidence
from services.programs.model.report import Report
from services.programs.tables.evidence import evidence
from services.programs.tables.partnerships import REGISTRY, partnerships
from services.programs.tables.reports import reports
from shared.rows.viewer import Condition, Viewer, any_of


def visible(viewer: Viewer) -> Mapping[type, Condition]:
    """The metadata of evidence is hidden until it is submitted with a stage.

    A report from a resident is for the bound parties and the coordinators of the agency alone; its sender
    reaches it by its code.
    """
    return {
        Evidence: any_of(evidence.c.stage_id.is_not(None), among_evidence(viewer)),
        Report: REGISTRY.acts_within(viewer, reports.c.agency, reports.c.partnership_id),
    }


def among_evidence(viewer: Viewer) -> Condition:
    """The evidence whose files the viewer may download, submitted or not."""
    return REGISTRY.works_within(viewer, evidence.c.agency, evidence.c.partnership_id)


def among_partnerships(viewer: Viewer) -> Condition:
    """The partnerships that the viewer works in: for their agency, or for a party that takes part."""
    return REGISTRY.works_within(viewer, partnerships.c.agency, partnerships.c.id)
