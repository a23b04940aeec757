"""Contacts and ceremonies with who took part as tables."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from services.partners.model.contact import Ceremony, Contact, Participant
from services.partners.model.organisation import Organisation
from services.partners.tables.organisations import organisations
from services.partners.tables.registry import mapper_registry, metadata
from shared.contracts.vocabulary import ContactKind
from shared.database.tables import Instant, WordText

contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("partnership_id", sa.ForeignKey("partnerships.id"), nullable=False, index=True),
    sa.Column("kind", WordText(ContactKind), nullable=False),
    sa.Column("on", sa.Date, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

contact_people = sa.Table(
    "contact_people",
    metadata,
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("persons.id"), primary_key=True),
    sa.Column("organisation_id", sa.ForeignKey("organisations.id"), nullable=False),
)

contact_organisations = sa.Table(
    "contact_organisations",
    metadata,
    sa.Column("contact_id", sa.ForeignKey("contacts.id"), primary_key=True),
    sa.Column("organisation_id", sa.ForeignKey("organisations.id"), primary_key=True),
)

ceremonies = sa.Table(
    "ceremonies",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("partnership_id", sa.ForeignKey("partnerships.id"), nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("on", sa.Date, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

ceremony_organisations = sa.Table(
    "ceremony_organisations",
    metadata,
    sa.Column("ceremony_id", sa.ForeignKey("ceremonies.id"), primary_key=True),
    sa.Column("organisation_id", sa.ForeignKey("organisations.id"), primary_key=True),
)

mapper_registry.map_imperatively(Participant, contact_people)
mapper_registry.map_imperatively(
    Contact,
    contacts,
    properties={
        "participants": relationship(
            Participant, lazy="selectin", order_by=contact_people.c.person_id, cascade="all, delete-orphan"
        ),
        "organisations": relationship(
            Organisation, secondary=contact_organisations, lazy="selectin", order_by=organisations.c.id
        ),
    },
)
mapper_registry.map_imperatively(
    Ceremony,
    ceremonies,
    properties={
        "organisations": relationship(
            Organisation, secondary=ceremony_organisations, lazy="selectin", order_by=organisations.c.id
        ),
    },
)
