"""The tables of the programs."""

import sqlalchemy as sa
from alembic import op

from shared.database.tables import Instant

revision = "programs_0001"
down_revision = None
branch_labels = ("programs",)
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("uploaded_at", Instant, nullable=False),
        sa.Column("stage_id", sa.Uuid, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_partnership_id"), "evidence", ["partnership_id"], unique=False)
    op.create_index(op.f("ix_evidence_stage_id"), "evidence", ["stage_id"], unique=False)
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )
    op.create_table(
        "parties",
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("partnership_id", "organisation_id", name=op.f("pk_parties")),
    )
    op.create_table(
        "partnerships",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnerships")),
    )
    op.create_table(
        "problems",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("problem_type", sa.Text, nullable=False),
        sa.Column("impact", sa.Text, nullable=False),
        sa.Column("registered_at", Instant, nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("exception_reason", sa.Text, nullable=False),
        sa.Column("chosen_option", sa.Uuid, nullable=True),
        sa.Column("choice_reason", sa.Text, nullable=False),
        sa.Column("carried_out_on", sa.Date, nullable=True),
        sa.Column("carried_out_by", sa.Uuid, nullable=True),
        sa.Column("carried_out_note", sa.Text, nullable=False),
        sa.Column("stage_completed_on", sa.Date, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problems")),
    )
    op.create_index(op.f("ix_problems_partnership_id"), "problems", ["partnership_id"], unique=False)
    op.create_table(
        "programs",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("context", sa.Text, nullable=False),
        sa.Column("objectives", sa.JSON, nullable=False),
        sa.Column("approved_at", Instant, nullable=False),
        sa.Column("cycle", sa.Integer, nullable=False),
        sa.Column("previous_id", sa.Uuid, nullable=True),
        sa.Column("template_id", sa.Uuid, nullable=True),
        sa.Column("budget_amount", sa.BigInteger, nullable=True),
        sa.Column("budget_currency", sa.Text, nullable=True),
        sa.Column("planned_start", sa.Date, nullable=True),
        sa.Column("planned_end", sa.Date, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("started_at", Instant, nullable=True),
        sa.Column("ended_on", sa.Date, nullable=True),
        sa.Column("handed_over_to", sa.Uuid, nullable=True),
        sa.Column("handover_note", sa.Text, nullable=False),
        sa.Column("decision_id", sa.Uuid, nullable=True),
        sa.Column("abandoned_reason", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programs")),
    )
    op.create_index(op.f("ix_programs_partnership_id"), "programs", ["partnership_id"], unique=False)
    op.create_index(op.f("ix_programs_previous_id"), "programs", ["previous_id"], unique=False)
    op.create_table(
        "stage_templates",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("problem_type", sa.Text, nullable=False),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("description", sa.JSON, nullable=False),
        sa.Column("shipped", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_templates")),
    )
    op.create_index(
        op.f("ix_stage_templates_problem_type"), "stage_templates", ["problem_type"], unique=False
    )
    op.create_table(
        "umbrellas",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("product_version", sa.Integer, nullable=False),
        sa.Column("in_force_from", sa.Date, nullable=False),
        sa.Column("in_force_until", sa.Date, nullable=True),
        sa.Column("revoked_on", sa.Date, nullable=True),
        sa.Column("lapsed", sa.Boolean, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_umbrellas")),
    )
    op.create_table(
        "activities",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("program_id", sa.Uuid, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("stage_id", sa.Uuid, nullable=True),
        sa.Column("problem_id", sa.Uuid, nullable=True),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("means", sa.Text, nullable=False),
        sa.Column("intensity", sa.Integer, nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("impact", sa.Text, nullable=True),
        sa.Column("legal_umbrella", sa.Uuid, nullable=True),
        sa.Column("legal_citation", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("reached", sa.BigInteger, nullable=False),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("trained", sa.JSON, nullable=False),
        sa.Column("breaches", sa.JSON, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("retracted_reason", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_activities_program_id_programs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
    )
    op.create_index(op.f("ix_activities_on"), "activities", ["on"], unique=False)
    op.create_index(op.f("ix_activities_organisation_id"), "activities", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_activities_partnership_id"), "activities", ["partnership_id"], unique=False)
    op.create_index(op.f("ix_activities_program_id"), "activities", ["program_id"], unique=False)
    op.create_index(op.f("ix_activities_stage_id"), "activities", ["stage_id"], unique=False)
    op.create_table(
        "addressed_problems",
        sa.Column("program_id", sa.Uuid, nullable=False),
        sa.Column("problem_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_addressed_problems_program_id_programs")
        ),
        sa.PrimaryKeyConstraint("program_id", "problem_id", name=op.f("pk_addressed_problems")),
    )
    op.create_index(
        op.f("ix_addressed_problems_problem_id"), "addressed_problems", ["problem_id"], unique=False
    )
    op.create_table(
        "answers",
        sa.Column("program_id", sa.Uuid, nullable=False),
        sa.Column("recommendation_id", sa.Uuid, nullable=False),
        sa.Column("adopted", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name=op.f("fk_answers_program_id_programs")),
        sa.PrimaryKeyConstraint("program_id", "recommendation_id", name=op.f("pk_answers")),
    )
    op.create_table(
        "contributions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("program_id", sa.Uuid, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("stage_id", sa.Uuid, nullable=True),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("amount", sa.Float, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("stated_by", sa.Text, nullable=False),
        sa.Column("stated_at", Instant, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("judged_by", sa.Uuid, nullable=True),
        sa.Column("judged_at", Instant, nullable=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_contributions_program_id_programs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contributions")),
    )
    op.create_index(
        op.f("ix_contributions_organisation_id"), "contributions", ["organisation_id"], unique=False
    )
    op.create_index(
        op.f("ix_contributions_partnership_id"), "contributions", ["partnership_id"], unique=False
    )
    op.create_index(op.f("ix_contributions_program_id"), "contributions", ["program_id"], unique=False)
    op.create_index(op.f("ix_contributions_stage_id"), "contributions", ["stage_id"], unique=False)
    op.create_table(
        "incidents",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("problem_id", sa.Uuid, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("recurrence", sa.Boolean, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problems.id"], name=op.f("fk_incidents_problem_id_problems")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint("problem_id", "reference", name=op.f("uq_incidents_problem_id_reference")),
    )
    op.create_table(
        "indicators",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("program_id", sa.Uuid, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("problem_id", sa.Uuid, nullable=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("measure", sa.Text, nullable=False),
        sa.Column("ascending", sa.Boolean, nullable=False),
        sa.Column("aggregation_status", sa.Boolean, nullable=False),
        sa.Column("capacity", sa.Text, nullable=True),
        sa.Column("baseline_value", sa.Float, nullable=True),
        sa.Column("baseline_on", sa.Date, nullable=True),
        sa.Column("baseline_comment", sa.Text, nullable=False),
        sa.Column("defined_at", Instant, nullable=False),
        sa.Column("dimensions", sa.JSON, nullable=False),
        sa.Column("locations", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_indicators_program_id_programs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicators")),
    )
    op.create_index(op.f("ix_indicators_partnership_id"), "indicators", ["partnership_id"], unique=False)
    op.create_index(op.f("ix_indicators_problem_id"), "indicators", ["problem_id"], unique=False)
    op.create_index(op.f("ix_indicators_program_id"), "indicators", ["program_id"], unique=False)
    op.create_table(
        "options",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("problem_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("expected_effect", sa.Text, nullable=False),
        sa.Column("cost", sa.Text, nullable=False),
        sa.Column("effort", sa.Text, nullable=False),
        sa.Column("proposed_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["problem_id"], ["problems.id"], name=op.f("fk_options_problem_id_problems")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_options")),
    )
    op.create_index(op.f("ix_options_problem_id"), "options", ["problem_id"], unique=False)
    op.create_table(
        "recommendations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("program_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_recommendations_program_id_programs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendations")),
    )
    op.create_index(op.f("ix_recommendations_program_id"), "recommendations", ["program_id"], unique=False)
    op.create_table(
        "root_causes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("problem_id", sa.Uuid, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("files", sa.JSON, nullable=False),
        sa.Column("identified_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problems.id"], name=op.f("fk_root_causes_problem_id_problems")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_root_causes")),
    )
    op.create_index(op.f("ix_root_causes_problem_id"), "root_causes", ["problem_id"], unique=False)
    op.create_table(
        "signals",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("problem_id", sa.Uuid, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("observed_at", Instant, nullable=False),
        sa.Column("acted_on", sa.Date, nullable=True),
        sa.Column("acted_by", sa.Uuid, nullable=True),
        sa.Column("act", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["problem_id"], ["problems.id"], name=op.f("fk_signals_problem_id_problems")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signals")),
    )
    op.create_index(op.f("ix_signals_problem_id"), "signals", ["problem_id"], unique=False)
    op.create_table(
        "stages",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("program_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("responsible", sa.Uuid, nullable=False),
        sa.Column("phase", sa.Text, nullable=True),
        sa.Column("deliverables", sa.JSON, nullable=False),
        sa.Column("depends_on", sa.JSON, nullable=False),
        sa.Column("planned_start", sa.Date, nullable=True),
        sa.Column("planned_end", sa.Date, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("led_by", sa.Uuid, nullable=True),
        sa.Column("started_at", Instant, nullable=True),
        sa.Column("submitted_at", Instant, nullable=True),
        sa.Column("submitted_by", sa.Uuid, nullable=True),
        sa.Column("submitters", sa.JSON, nullable=False),
        sa.Column("judged_by", sa.Uuid, nullable=True),
        sa.Column("completed_at", Instant, nullable=True),
        sa.Column("returned_reason", sa.Text, nullable=False),
        sa.Column("skipped_reason", sa.Text, nullable=False),
        sa.Column("evidence", sa.Integer, nullable=False),
        sa.Column("overdue_since", Instant, nullable=True),
        sa.Column("overdue_told", sa.Date, nullable=True),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name=op.f("fk_stages_program_id_programs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stages")),
    )
    op.create_index(op.f("ix_stages_program_id"), "stages", ["program_id"], unique=False)
    op.create_table(
        "template_stages",
        sa.Column("template_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("phase", sa.Text, nullable=True),
        sa.Column("deliverables", sa.JSON, nullable=False),
        sa.Column("offset", sa.Integer, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("depends_on", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["stage_templates.id"],
            name=op.f("fk_template_stages_template_id_stage_templates"),
        ),
        sa.PrimaryKeyConstraint("template_id", "position", name=op.f("pk_template_stages")),
    )
    op.create_table(
        "earlier_statements",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("contribution_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("amount", sa.Float, nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("stated_by", sa.Text, nullable=False),
        sa.Column("stated_at", Instant, nullable=False),
        sa.Column("disputed_by", sa.Uuid, nullable=False),
        sa.Column("disputed_at", Instant, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_earlier_statements_contribution_id_contributions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_statements")),
    )
    op.create_index(
        op.f("ix_earlier_statements_contribution_id"), "earlier_statements", ["contribution_id"], unique=False
    )
    op.create_table(
        "indicator_periods",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("indicator_id", sa.Uuid, nullable=False),
        sa.Column("starts", sa.Date, nullable=False),
        sa.Column("ends", sa.Date, nullable=False),
        sa.Column("target", sa.Float, nullable=True),
        sa.Column("target_comment", sa.Text, nullable=False),
        sa.Column("missing_since", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicators.id"], name=op.f("fk_indicator_periods_indicator_id_indicators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_periods")),
    )
    op.create_index(
        op.f("ix_indicator_periods_indicator_id"), "indicator_periods", ["indicator_id"], unique=False
    )
    op.create_table(
        "measurements",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("period_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("value", sa.Float, nullable=True),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("evidence", sa.JSON, nullable=False),
        sa.Column("measured_by", sa.Text, nullable=False),
        sa.Column("measured_at", Instant, nullable=False),
        sa.Column("corrects", sa.Uuid, nullable=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["period_id"], ["indicator_periods.id"], name=op.f("fk_measurements_period_id_indicator_periods")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurements")),
        sa.UniqueConstraint("period_id", "position", name=op.f("uq_measurements_period_id_position")),
    )
