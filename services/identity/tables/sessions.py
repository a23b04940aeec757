"""The tables of what a secret opens. Each secret is kept as its SHA-256; no archive takes a session along."""

from __future__ import annotations

import sqlalchemy as sa

from services.identity.model.session import ApiToken, Link, Session
from services.identity.tables.registry import mapper_registry, metadata
from shared.contracts.vocabulary import LinkPurpose, TokenState, Way
from shared.database.tables import Instant, WordText, state_text

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("account_id", sa.ForeignKey("accounts.id"), nullable=False, index=True),
    sa.Column("secret", sa.Text, nullable=False, unique=True),
    sa.Column("way", WordText(Way), nullable=False),
    sa.Column("began_at", Instant, nullable=False),
    sa.Column("used_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False, index=True),
    info={"sealed": True},
)

api_tokens = sa.Table(
    "api_tokens",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("account_id", sa.ForeignKey("accounts.id"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("secret", sa.Text, nullable=False, unique=True),
    sa.Column("shown", sa.Text, nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("reads_only", sa.Boolean, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("used_on", sa.Date),
    sa.Column("state", state_text(TokenState), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

links = sa.Table(
    "links",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("account_id", sa.ForeignKey("accounts.id"), nullable=False, index=True),
    sa.Column("secret", sa.Text, nullable=False, unique=True),
    sa.Column("purpose", WordText(LinkPurpose), nullable=False),
    sa.Column("ends_at", Instant, nullable=False, index=True),
    info={"sealed": True},
)

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("last_at", Instant, nullable=False, index=True),
    info={"sealed": True},
)

known_browsers = sa.Table(
    "known_browsers",
    metadata,
    sa.Column("secret", sa.Text, primary_key=True),
    sa.Column("account_id", sa.ForeignKey("accounts.id"), nullable=False, index=True),
    sa.Column("ends_at", Instant, nullable=False, index=True),
    info={"sealed": True},
)

provider_visits = sa.Table(
    "provider_visits",
    metadata,
    sa.Column("secret", sa.Text, primary_key=True),
    sa.Column("browser", sa.Text, nullable=False),
    sa.Column("nonce", sa.Text, nullable=False),
    sa.Column("verifier", sa.Text, nullable=False),
    sa.Column("back_to", sa.Text, nullable=False),
    sa.Column("meant_for", sa.Text, nullable=False, server_default=""),
    sa.Column("account_id", sa.ForeignKey("accounts.id")),
    sa.Column("ends_at", Instant, nullable=False, index=True),
    info={"sealed": True},
)

mapper_registry.map_imperatively(Session, sessions)
mapper_registry.map_imperatively(ApiToken, api_tokens)
mapper_registry.map_imperatively(Link, links)
