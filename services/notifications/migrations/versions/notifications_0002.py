"""A token of its own that confirms, suspended endpoints, and copies of what partnerships are called."""

import sqlalchemy as sa
from alembic import op

from shared.database.tables import Instant

revision = "notifications_0002"
down_revision = "notifications_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Links that were sent stay good: of whoever has not confirmed yet, the old token still does."""
    with op.batch_alter_table("subscriptions") as subscriptions:
        subscriptions.add_column(sa.Column("confirmation", sa.Text, nullable=True))
        subscriptions.add_column(sa.Column("asked_at", Instant, nullable=True))
        subscriptions.add_column(sa.Column("failing_since", Instant, nullable=True))
        subscriptions.add_column(sa.Column("previous_secret", sa.Text, nullable=False, server_default=""))
        subscriptions.add_column(sa.Column("previous_until", Instant, nullable=True))
    op.execute("UPDATE subscriptions SET confirmation = token, asked_at = created_at WHERE channel = 'email'")
    op.create_index("ix_subscriptions_address", "subscriptions", ["address"], unique=False)
    op.create_index("ix_subscriptions_confirmation", "subscriptions", ["confirmation"], unique=True)
    with op.batch_alter_table("notices") as notices:
        notices.add_column(sa.Column("partnership_id", sa.Uuid, nullable=True))
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.add_column(sa.Column("uncertain", sa.Integer, nullable=False, server_default="0"))
        deliveries.drop_constraint("uq_deliveries_notice_id_channel_address", type_="unique")
        deliveries.create_unique_constraint(
            "uq_deliveries_subscription_id_notice_id", ["subscription_id", "notice_id"]
        )
    op.create_index(
        "ix_deliveries_uncertain",
        "deliveries",
        ["uncertain"],
        unique=False,
        sqlite_where=sa.text("uncertain > 0"),
        postgresql_where=sa.text("uncertain > 0"),
    )
    op.create_table(
        "partnerships",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_partnerships"),
    )
    op.create_index("ix_partnerships_agency", "partnerships", ["agency"], unique=False)
    op.create_table(
        "agencies",
        sa.Column("agency", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("agency", name="pk_agencies"),
    )
    if op.get_bind().dialect.name == "postgresql":
        # As the first revision has it for what is personal.
        op.execute("ALTER TABLE subscriptions ALTER COLUMN previous_secret SET STATISTICS 0")
