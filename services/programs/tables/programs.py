"""Tables of programmes, stages, recommendations and answers."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from services.programs.model.change import Change
from services.programs.model.cycle import Answer, Recommendation
from services.programs.model.program import Addressed, Program
from services.programs.model.stage import Stage
from services.programs.tables.registry import mapper_registry, metadata
from shared.contracts.vocabulary import ChangeKind, ChangeState, Phase, ProgramState, StageState
from shared.database.tables import Instant, WordText, state_text

programs = sa.Table(
    "programs",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("partnership_id", sa.Uuid, nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("context", sa.Text, nullable=False),
    sa.Column("objectives", sa.JSON, nullable=False),
    sa.Column("proposed_at", Instant, nullable=False),
    sa.Column("proposed_by", sa.Uuid),
    sa.Column("revision", sa.Integer, nullable=False, server_default="1"),
    sa.Column("endorsements", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("approval_decision_id", sa.Uuid),
    sa.Column("declined_by", sa.Uuid),
    sa.Column("declined_reason", sa.Text, nullable=False, server_default=""),
    sa.Column("withdrawn_reason", sa.Text, nullable=False, server_default=""),
    sa.Column("approved_at", Instant),
    sa.Column("cycle", sa.Integer, nullable=False),
    sa.Column("previous_id", sa.Uuid, index=True),
    sa.Column("template_id", sa.Uuid),
    sa.Column("budget_amount", sa.BigInteger),
    sa.Column("budget_currency", sa.Text),
    sa.Column("planned_start", sa.Date),
    sa.Column("planned_end", sa.Date),
    sa.Column("state", state_text(ProgramState), nullable=False),
    sa.Column("started_at", Instant),
    sa.Column("ended_on", sa.Date),
    sa.Column("handed_over_to", sa.Uuid),
    sa.Column("handover_note", sa.Text, nullable=False),
    sa.Column("decision_id", sa.Uuid),
    sa.Column("abandoned_reason", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("entered_afterwards", sa.Boolean, nullable=False, server_default=sa.false()),
    # The search key; see shared/search_key.py.
    sa.Column("search_key", sa.Text, nullable=False),
)
stages = sa.Table(
    "stages",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("program_id", sa.ForeignKey("programs.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("responsible", sa.Uuid, nullable=False),
    sa.Column("phase", WordText(Phase)),
    sa.Column("deliverables", sa.JSON, nullable=False),
    sa.Column("depends_on", sa.JSON, nullable=False),
    sa.Column("planned_start", sa.Date),
    sa.Column("planned_end", sa.Date),
    sa.Column("state", state_text(StageState), nullable=False),
    sa.Column("led_by", sa.Uuid),
    sa.Column("started_at", Instant),
    sa.Column("submitted_at", Instant),
    sa.Column("submitted_by", sa.Uuid),
    sa.Column("submitters", sa.JSON, nullable=False),
    sa.Column("judged_by", sa.Uuid),
    sa.Column("completed_at", Instant),
    sa.Column("returned_reason", sa.Text, nullable=False),
    sa.Column("skipped_reason", sa.Text, nullable=False),
    sa.Column("evidence", sa.Integer, nullable=False),
    sa.Column("overdue_since", Instant),
    sa.Column("overdue_told", sa.Date),
    sa.Column("entered_afterwards", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("co_responsible", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("reused", sa.Integer),
)
addressed = sa.Table(
    "addressed_problems",
    metadata,
    sa.Column("program_id", sa.ForeignKey("programs.id"), primary_key=True),
    sa.Column("problem_id", sa.Uuid, primary_key=True, index=True),
)
recommendations = sa.Table(
    "recommendations",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("program_id", sa.ForeignKey("programs.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)
answers = sa.Table(
    "answers",
    metadata,
    sa.Column("program_id", sa.ForeignKey("programs.id"), primary_key=True),
    sa.Column("recommendation_id", sa.Uuid, primary_key=True),
    sa.Column("adopted", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("stage_id", sa.Uuid),
    sa.Column("decision_id", sa.Uuid),
    sa.Column("followed_by", sa.Uuid),
)
changes = sa.Table(
    "program_changes",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("program_id", sa.ForeignKey("programs.id"), nullable=False, index=True),
    sa.Column("kind", WordText(ChangeKind), nullable=False),
    sa.Column("stage_id", sa.Uuid),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("proposed_at", Instant, nullable=False),
    sa.Column("state", state_text(ChangeState), nullable=False),
    sa.Column("proposed_by", sa.Uuid),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("endorsements", sa.JSON, nullable=False),
    sa.Column("approval_decision_id", sa.Uuid),
    sa.Column("declined_by", sa.Uuid),
    sa.Column("declined_reason", sa.Text, nullable=False),
    sa.Column("withdrawn_reason", sa.Text, nullable=False),
)

mapper_registry.map_imperatively(Stage, stages)
mapper_registry.map_imperatively(Change, changes)
mapper_registry.map_imperatively(Addressed, addressed)
mapper_registry.map_imperatively(Recommendation, recommendations)
mapper_registry.map_imperatively(Answer, answers)
_OWNED = "all, delete-orphan"
mapper_registry.map_imperatively(
    Program,
    programs,
    properties={
        "stages": relationship(Stage, lazy="selectin", order_by=stages.c.position, cascade=_OWNED),
        "addressed": relationship(
            Addressed, lazy="selectin", order_by=addressed.c.problem_id, cascade=_OWNED
        ),
        "recommendations": relationship(
            Recommendation, lazy="selectin", order_by=recommendations.c.position, cascade=_OWNED
        ),
        "answers": relationship(
            Answer, lazy="selectin", order_by=answers.c.recommendation_id, cascade=_OWNED
        ),
        "changes": relationship(Change, lazy="selectin", order_by=changes.c.id, cascade=_OWNED),
    },
)
