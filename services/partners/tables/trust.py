"""Tables of trust rounds; ``trust_scores`` is empty for every closed round."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from services.partners.model.trust import RoundParty, Score, TrustRound
from services.partners.tables.registry import mapper_registry, metadata
from shared.contracts.vocabulary import Mutual, RoundState, TrustDimension
from shared.database.tables import Instant, state_text

trust_rounds = sa.Table(
    "trust_rounds",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("partnership_id", sa.ForeignKey("partnerships.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("closes_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
    sa.Column("state", state_text(RoundState), nullable=False),
    sa.Column("coverage", sa.Float),
    sa.Column("mutual", state_text(Mutual)),
    sa.Column("dimensions", sa.JSON, nullable=False),
    sa.Column("received", sa.JSON, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("partnership_id", "number"),
)

trust_parties = sa.Table(
    "trust_parties",
    metadata,
    sa.Column("round_id", sa.ForeignKey("trust_rounds.id"), primary_key=True),
    sa.Column("organisation_id", sa.ForeignKey("organisations.id"), primary_key=True),
    sa.Column("scored_at", Instant),
    sa.Column("scored_by", sa.Text, nullable=False),
)

trust_scores = sa.Table(
    "trust_scores",
    metadata,
    sa.Column("round_id", sa.ForeignKey("trust_rounds.id"), primary_key=True),
    sa.Column("rater", sa.Uuid, primary_key=True),
    sa.Column("rated", sa.Uuid, primary_key=True),
    *(sa.Column(dimension.value, sa.Integer, nullable=False) for dimension in TrustDimension),
    # Not in archives either: an imported open round is scored again.
    info={"sealed": True},
)

mapper_registry.map_imperatively(RoundParty, trust_parties)
mapper_registry.map_imperatively(Score, trust_scores)
mapper_registry.map_imperatively(
    TrustRound,
    trust_rounds,
    properties={
        "parties": relationship(
            RoundParty,
            lazy="selectin",
            order_by=trust_parties.c.organisation_id,
            cascade="all, delete-orphan",
        ),
        # Not loaded with the round: readers of a round never hold scores.
        "scores": relationship(
            Score,
            lazy="select",
            order_by=(trust_scores.c.rater, trust_scores.c.rated),
            cascade="all, delete-orphan",
        ),
    },
)
