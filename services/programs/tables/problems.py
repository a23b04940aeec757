"""Tables of problems, incidents, early signs, root causes and options."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from services.programs.model.findings import Incident, Option, RootCause, Signal
from services.programs.model.problem import Problem
from services.programs.tables.registry import mapper_registry, metadata
from shared.contracts.vocabulary import FindingSource, Impact, ProblemPhase, Severity, Side
from shared.database.tables import Instant, WordText, state_text

problems = sa.Table(
    "problems",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("partnership_id", sa.Uuid, nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("problem_type", sa.Text, nullable=False),
    sa.Column("impact", WordText(Impact), nullable=False),
    sa.Column("registered_at", Instant, nullable=False),
    sa.Column("phase", state_text(ProblemPhase), nullable=False),
    sa.Column("exception_reason", sa.Text, nullable=False),
    sa.Column("chosen_option", sa.Uuid),
    sa.Column("choice_reason", sa.Text, nullable=False),
    sa.Column("carried_out_on", sa.Date),
    sa.Column("carried_out_by", sa.Uuid),
    sa.Column("carried_out_note", sa.Text, nullable=False),
    sa.Column("stage_completed_on", sa.Date),
    sa.Column("version", sa.Integer, nullable=False),
    # The search key; see shared/search_key.py.
    sa.Column("search_key", sa.Text, nullable=False),
)
incidents = sa.Table(
    "incidents",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("problem_id", sa.ForeignKey("problems.id"), nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("on", sa.Date, nullable=False),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("recurrence", sa.Boolean, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("severity", WordText(Severity)),
    sa.Column("source", WordText(FindingSource)),
    sa.UniqueConstraint("problem_id", "reference"),
)
signals = sa.Table(
    "signals",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("problem_id", sa.ForeignKey("problems.id"), nullable=False, index=True),
    sa.Column("on", sa.Date, nullable=False),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("observed_at", Instant, nullable=False),
    sa.Column("acted_on", sa.Date),
    sa.Column("acted_by", sa.Uuid),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("severity", WordText(Severity)),
    sa.Column("source", WordText(FindingSource)),
)
root_causes = sa.Table(
    "root_causes",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("problem_id", sa.ForeignKey("problems.id"), nullable=False, index=True),
    sa.Column("side", WordText(Side), nullable=False),
    sa.Column("statement", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("files", sa.JSON, nullable=False),
    sa.Column("identified_at", Instant, nullable=False),
)
options = sa.Table(
    "options",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("problem_id", sa.ForeignKey("problems.id"), nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("expected_effect", sa.Text, nullable=False),
    sa.Column("cost", sa.Text, nullable=False),
    sa.Column("effort", sa.Text, nullable=False),
    sa.Column("proposed_at", Instant, nullable=False),
)

_PARTS: dict[str, tuple[type[Any], sa.Table]] = {
    "incidents": (Incident, incidents),
    "signals": (Signal, signals),
    "root_causes": (RootCause, root_causes),
    "options": (Option, options),
}
for _part, _table in _PARTS.values():
    mapper_registry.map_imperatively(_part, _table)
mapper_registry.map_imperatively(
    Problem,
    problems,
    properties={
        # Ids are ordered by time, so this is the order of recording.
        name: relationship(part, lazy="selectin", order_by=table.c.id, cascade="all, delete-orphan")
        for name, (part, table) in _PARTS.items()
    },
)
