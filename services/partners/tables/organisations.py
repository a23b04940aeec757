"""Tables of organisations, persons and memberships."""

from __future__ import annotations

import sqlalchemy as sa

from services.partners.model.organisation import Organisation
from services.partners.model.person import Membership, Person
from services.partners.tables.registry import mapper_registry, metadata
from shared.contracts.vocabulary import OrganisationKind
from shared.database.tables import Instant, WordText

organisations = sa.Table(
    "organisations",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", WordText(OrganisationKind), nullable=False),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("registered_at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    # The search key finds and compares names: computed here, because databases normalise letters differently.
    sa.Column("name_key", sa.Text, nullable=False),
    sa.UniqueConstraint("agency", "name"),
    sa.Index(None, "agency", "name_key", unique=True),
)

persons = sa.Table(
    "persons",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("registered_at", Instant, nullable=False),
    sa.Column("email", sa.Text),
    sa.Column("phone", sa.Text),
    sa.Column("retired_at", Instant),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name_key", sa.Text, nullable=False),
)

memberships = sa.Table(
    "memberships",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("person_id", sa.ForeignKey("persons.id"), nullable=False, index=True),
    sa.Column("organisation_id", sa.ForeignKey("organisations.id"), nullable=False, index=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("until", sa.Date),
    sa.Column("version", sa.Integer, nullable=False),
)

mapper_registry.map_imperatively(Organisation, organisations)
mapper_registry.map_imperatively(Person, persons)
mapper_registry.map_imperatively(Membership, memberships)
