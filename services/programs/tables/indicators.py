"""Tables of indicators, periods and measurements."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from services.programs.model.indicator import Indicator
from services.programs.model.period import Measurement, Period
from services.programs.tables.registry import mapper_registry, metadata
from shared.contracts.vocabulary import Capacity, Measure, MeasurementState, ResultType
from shared.database.tables import Instant, WordText, state_text

indicators = sa.Table(
    "indicators",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("program_id", sa.ForeignKey("programs.id"), nullable=False, index=True),
    sa.Column("partnership_id", sa.Uuid, nullable=False, index=True),
    sa.Column("problem_id", sa.Uuid, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("result", WordText(ResultType), nullable=False),
    sa.Column("measure", WordText(Measure), nullable=False),
    sa.Column("ascending", sa.Boolean, nullable=False),
    sa.Column("aggregation_status", sa.Boolean, nullable=False),
    sa.Column("capacity", WordText(Capacity)),
    sa.Column("baseline_value", sa.Float),
    sa.Column("baseline_on", sa.Date),
    sa.Column("baseline_comment", sa.Text, nullable=False),
    sa.Column("defined_at", Instant, nullable=False),
    sa.Column("dimensions", sa.JSON, nullable=False),
    sa.Column("locations", sa.JSON, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
periods = sa.Table(
    "indicator_periods",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("indicator_id", sa.ForeignKey("indicators.id"), nullable=False, index=True),
    sa.Column("starts", sa.Date, nullable=False),
    sa.Column("ends", sa.Date, nullable=False),
    sa.Column("target", sa.Float),
    sa.Column("target_comment", sa.Text, nullable=False),
    sa.Column("missing_since", Instant),
)
measurements = sa.Table(
    "measurements",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("period_id", sa.ForeignKey("indicator_periods.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("value", sa.Float),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("on", sa.Date, nullable=False),
    sa.Column("organisation_id", sa.Uuid, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("measured_by", sa.Text, nullable=False),
    sa.Column("measured_at", Instant, nullable=False),
    sa.Column("corrects", sa.Uuid),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("state", state_text(MeasurementState), nullable=False, server_default="recorded"),
    sa.Column("judged_by", sa.Uuid),
    sa.Column("judged_at", Instant),
    sa.Column("dispute", sa.Text, nullable=False, server_default=""),
    # One measurement per position: two concurrent ones cannot both become current.
    sa.UniqueConstraint("period_id", "position"),
)

mapper_registry.map_imperatively(Measurement, measurements)
mapper_registry.map_imperatively(
    Period,
    periods,
    properties={
        "measurements": relationship(
            Measurement, lazy="selectin", order_by=measurements.c.position, cascade="all, delete-orphan"
        )
    },
)
mapper_registry.map_imperatively(
    Indicator,
    indicators,
    properties={
        "periods": relationship(
            Period, lazy="selectin", order_by=periods.c.starts, cascade="all, delete-orphan"
        )
    },
)
