"""Subscriptions, notices, deliveries, inboxes."""

import sqlalchemy as sa
from alembic import op

from shared.database.tables import Instant

revision = "notifications_0001"
down_revision = None
branch_labels = ("notifications",)
depends_on = None

NAMELESS = (
    ("subscriptions", "address"),
    ("subscriptions", "secret"),
    ("deliveries", "address"),
    ("deliveries", "last_error"),
)


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("notice_id", sa.Uuid, nullable=False),
        sa.Column("subscription_id", sa.Uuid, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=True),
        sa.Column("correlation_id", sa.Text, nullable=False),
        sa.Column("traceparent", sa.Text, nullable=True),
        sa.Column("planned_at", Instant, nullable=False),
        sa.Column("next_at", Instant, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_error", sa.Text, nullable=False),
        sa.Column("settled_at", Instant, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint(
            "notice_id", "channel", "address", name="uq_deliveries_notice_id_channel_address"
        ),
    )
    op.create_index("ix_deliveries_correlation_id", "deliveries", ["correlation_id"], unique=False)
    op.create_index("ix_deliveries_due", "deliveries", ["state", "next_at"], unique=False)
    op.create_table(
        "inbox_items",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("person_agency", sa.Text, nullable=False),
        sa.Column("notice_id", sa.Uuid, nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inbox_items"),
    )
    op.create_index("ix_inbox_items_person", "inbox_items", ["person"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("event_type", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("issued_at", Instant, nullable=False),
        sa.Column("deliveries", sa.Integer, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("event_id", name="uq_notices_event_id"),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("person_agency", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("ended_reason", sa.Text, nullable=False),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sa.UniqueConstraint("token", name="uq_subscriptions_token"),
    )
    op.create_index("ix_subscriptions_person", "subscriptions", ["person"], unique=False)
    op.create_index("ix_subscriptions_topic", "subscriptions", ["scope", "value"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        # No statistics of what is personal: they hold values, and erasure does not reach them.
        for table, column in NAMELESS:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
