"""Tables of notifications and their mapping."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import registry

from services.notifications.model import Delivery, InboxItem, Notice, Subscription
from shared.contracts.vocabulary import DeliveryState, SubscriptionState
from shared.database.tables import Instant, service_metadata, state_text

mapper_registry = registry(metadata=service_metadata())
metadata = mapper_registry.metadata

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("person_agency", sa.Text, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("locale", sa.Text, nullable=False),
    sa.Column("token", sa.Text, nullable=False, unique=True),
    sa.Column("secret", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("state", state_text(SubscriptionState), nullable=False),
    sa.Column("ended_reason", sa.Text, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("confirmation", sa.Text),
    sa.Column("asked_at", Instant),
    sa.Column("failing_since", Instant),
    sa.Column("previous_secret", sa.Text, nullable=False),
    sa.Column("previous_until", Instant),
)
sa.Index("ix_subscriptions_address", subscriptions.c.address)
sa.Index("ix_subscriptions_confirmation", subscriptions.c.confirmation, unique=True)
sa.Index("ix_subscriptions_topic", subscriptions.c.scope, subscriptions.c.value)

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("event_id", sa.Uuid, nullable=False, unique=True),
    sa.Column("event_type", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("issued_at", Instant, nullable=False),
    sa.Column("deliveries", sa.Integer, nullable=False),
    sa.Column("closed", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("partnership_id", sa.Uuid),
)
deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("notice_id", sa.Uuid, nullable=False),
    sa.Column("subscription_id", sa.Uuid, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("address", sa.Text),
    sa.Column("correlation_id", sa.Text, nullable=False, index=True),
    sa.Column("traceparent", sa.Text),
    sa.Column("planned_at", Instant, nullable=False),
    sa.Column("next_at", Instant, nullable=False),
    sa.Column("state", state_text(DeliveryState), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_error", sa.Text, nullable=False),
    sa.Column("settled_at", Instant),
    sa.Column("uncertain", sa.Integer, nullable=False),
    sa.UniqueConstraint("subscription_id", "notice_id"),
)
sa.Index(
    "ix_deliveries_uncertain",
    deliveries.c.uncertain,
    sqlite_where=deliveries.c.uncertain > 0,
    postgresql_where=deliveries.c.uncertain > 0,
)
sa.Index("ix_deliveries_due", deliveries.c.state, deliveries.c.next_at)

inbox_items = sa.Table(
    "inbox_items",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("person_agency", sa.Text, nullable=False),
    sa.Column("notice_id", sa.Uuid, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
)

# Copies: the titles and areas of signed partnerships, and the agencies.
partnerships = sa.Table(
    "partnerships",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("area", sa.Text, nullable=False),
)
agencies = sa.Table("agencies", metadata, sa.Column("agency", sa.Text, primary_key=True))

mapper_registry.map_imperatively(Subscription, subscriptions)
mapper_registry.map_imperatively(Notice, notices)
mapper_registry.map_imperatively(Delivery, deliveries)
mapper_registry.map_imperatively(InboxItem, inbox_items)
