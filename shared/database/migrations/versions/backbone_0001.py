"""The backbone's tables: outbox, inbox, cursors, timers, dead letters, idempotency keys, revocations."""

import sqlalchemy as sa
from alembic import op

from shared.database.tables import Instant, big_serial

revision = "backbone_0001"
down_revision = None
branch_labels = ("backbone",)
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "outbox",
        sa.Column("sequence", big_serial, primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("aggregate_id", sa.Uuid, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("envelope", sa.LargeBinary, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("published_at", Instant),
        sa.Column("stream_sequence", sa.BigInteger),
        sa.UniqueConstraint("event_id", name="uq_outbox_event_id"),
    )
    op.create_index("ix_outbox_aggregate_id", "outbox", ["aggregate_id"])
    waiting = sa.text("published_at IS NULL")
    op.create_index(
        "ix_outbox_unpublished", "outbox", ["sequence"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cursors",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("stream_created", sa.Text, nullable=False),
        sa.Column("stream_sequence", sa.BigInteger, nullable=False),
        sa.Column("moved_at", Instant, nullable=False),
    )
    op.create_table(
        "timers",
        sa.Column("sequence", big_serial, primary_key=True, autoincrement=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("about", sa.Uuid, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("not_before", Instant, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("failing", sa.Text, nullable=False),
        sa.UniqueConstraint("name", "about", "key", name="uq_timers_name_about_key"),
    )
    op.create_index("ix_timers_due_at", "timers", ["due_at"])
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("consumer", sa.Text, nullable=False),
        sa.Column("event_id", sa.Uuid),
        sa.Column("event_type", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("envelope", sa.LargeBinary, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("parked_at", Instant, nullable=False),
        sa.Column("settled_at", Instant),
        sa.Column("settled_by", sa.Text),
        sa.Column("reason", sa.Text),
        sa.CheckConstraint("state IN ('parked', 'replayed', 'discarded')", name="ck_dead_letters_state"),
        sa.UniqueConstraint("consumer", "event_id", name="uq_dead_letters_consumer_event_id"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", Instant, nullable=False),
    )
    op.create_index("ix_idempotency_keys_kept_at", "idempotency_keys", ["kept_at"])
    op.create_table(
        "revocations",
        sa.Column("about", sa.Uuid, primary_key=True),
        sa.Column("below", sa.Integer, nullable=False),
        sa.Column("until", Instant, nullable=False),
    )
    op.create_table(
        "erased_persons",
        sa.Column("agency", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("erasure_id", sa.Uuid, nullable=False),
        sa.Column("ordered_at", Instant, nullable=False),
        sa.Column("erased_at", Instant),
        sa.Column("scrubbed_at", Instant),
        sa.Column("rows", sa.Integer, nullable=False),
    )
    op.create_table(
        "personal_keys",
        sa.Column("agency", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("key", sa.LargeBinary, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        # No statistics of answers and keys: they hold values, and erasure does not reach them.
        op.execute("ALTER TABLE idempotency_keys ALTER COLUMN body SET STATISTICS 0")
        op.execute("ALTER TABLE personal_keys ALTER COLUMN key SET STATISTICS 0")
