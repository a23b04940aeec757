"""Tables of agencies and accounts; all personal data of this service is in ``accounts``."""

from __future__ import annotations

import sqlalchemy as sa

from services.identity.model.account import Account
from services.identity.model.agency import Agency
from services.identity.model.custody import Custody
from services.identity.tables.registry import mapper_registry, metadata
from shared.contracts.vocabulary import AccountState
from shared.database.tables import Instant, state_text

agencies = sa.Table(
    "agencies",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("organisation_id", sa.Uuid),
    sa.Column("founded_at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

custodies = sa.Table(
    "custodies",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("organisation_id", sa.Uuid, nullable=False, unique=True),
    sa.Column("own", sa.Boolean, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

organisations = sa.Table(
    "organisations",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
)
"""Which agency registered each organisation: a copy of events of partners."""

persons = sa.Table(
    "persons",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("has_retired", sa.Boolean, nullable=False),
)
"""Which agency registered each person, by ids only: a copy of events of partners."""

memberships = sa.Table(
    "memberships",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("organisation_id", sa.Uuid, nullable=False),
    sa.Column("person_id", sa.Uuid, nullable=False, index=True),
    sa.Column("has_ended", sa.Boolean, nullable=False),
)
"""The memberships: a copy of events of partners."""

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False, index=True),
    sa.Column("organisation_id", sa.Uuid),
    sa.Column("person_id", sa.Uuid, nullable=False, index=True),
    sa.Column("user_name", sa.Text, unique=True),
    sa.Column("display_name", sa.Text, nullable=False),
    sa.Column("email", sa.Text, index=True),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("resting", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("state", state_text(AccountState), nullable=False),
    sa.Column("password", sa.Text),
    sa.Column("password_at", Instant),
    sa.Column("totp_secret", sa.Text),
    sa.Column("totp_confirmed", sa.Boolean, nullable=False),
    sa.Column("totp_step", sa.BigInteger, nullable=False),
    sa.Column("issuer", sa.Text),
    sa.Column("subject", sa.Text),
    sa.Column("closed_at", Instant),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("issuer", "subject"),
)

mapper_registry.map_imperatively(Agency, agencies)
mapper_registry.map_imperatively(Account, accounts)
mapper_registry.map_imperatively(Custody, custodies)
