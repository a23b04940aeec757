"""Trust rounds keep a band instead of a least mean, and no mean from which a party could reckon a score."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0004"
down_revision = "partners_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Judge closed rounds by what is kept of them; which means may be known cannot be told any more."""
    op.add_column("trust_rounds", sa.Column("mutual", sa.String(length=16)))
    op.execute(
        """
        UPDATE trust_rounds SET mutual = CASE
            WHEN coverage < 0.8 OR 3 > (
                SELECT count(*) FROM trust_parties AS party
                WHERE party.round_id = trust_rounds.id AND party.scored_at IS NOT NULL
            ) THEN 'too_few'
            WHEN trust >= 3 AND asymmetry <= 1.5 THEN 'holds'
            ELSE 'does_not'
        END WHERE state = 'closed'
        """
    )
    op.execute("UPDATE trust_rounds SET dimensions = '{}', received = '{}'")
    op.drop_column("trust_rounds", "trust")
    op.drop_column("trust_rounds", "asymmetry")
