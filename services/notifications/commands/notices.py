"""Notices: created from events, with a delivery for each subscription."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.notifications.model import Delivery, Notice, Subscription
from services.notifications.tables import subscriptions
from shared.contracts.notifications import NoticeIssued
from shared.contracts.vocabulary import SubscriptionState
from shared.database.transaction import Transaction

CONFIRMATION, TEST, DISABLED = (
    f"notifications.{name}" for name in ("confirmation", "test", "endpoint-disabled")
)
OWN = (CONFIRMATION, TEST, DISABLED)
"""Messages of the notifications service itself, which are no events."""


@dataclass(frozen=True, slots=True)
class IssueNotice:
    """Notify the subscribers about an event."""

    event_id: UUID
    event_type: str
    subject: str
    partnership_id: UUID
    agency: str
    facts: dict[str, Any]


def issue_notice(tx: Transaction, command: IssueNotice) -> Notice:
    """Plan one delivery to each address that is subscribed to the event."""
    notice = new_notice(
        tx,
        command.event_type,
        command.agency,
        event_id=command.event_id,
        subject=command.subject,
        facts=command.facts,
        partnership_id=command.partnership_id,
    )
    active = subscriptions.c.state == SubscriptionState.ACTIVE
    query = sa.select(Subscription).where(topics_of(notice), active)
    # The narrowest topic gives the reason, and the newest subscription the language.
    narrowest = sa.case({"partnership": 0, "agency": 1}, value=subscriptions.c.scope, else_=2)
    plan(tx, notice, tx.session.scalars(query.order_by(narrowest, subscriptions.c.id.desc())))
    tx.record(
        NoticeIssued(
            notice_id=notice.id,
            event_id=notice.event_id,
            event_type=notice.event_type,
            deliveries=notice.deliveries,
        )
    )
    return notice


def topics_of(notice: Notice) -> sa.ColumnElement[bool]:
    """The subscriptions that a notice concerns, by their topics."""
    about = {"agency": notice.agency, "partnership": str(notice.partnership_id)}
    narrower = [
        sa.and_(subscriptions.c.scope == scope, subscriptions.c.value == value)
        for scope, value in about.items()
    ]
    return sa.or_(subscriptions.c.scope == "all", *narrower)


def new_notice(
    tx: Transaction,
    event_type: str,
    agency: str,
    *,
    event_id: UUID | None = None,
    subject: str = "",
    facts: dict[str, Any] | None = None,
    partnership_id: UUID | None = None,
) -> Notice:
    """A notice without deliveries."""
    return tx.add(
        Notice(
            id=tx.new_id(),
            agency=agency,
            event_id=event_id or tx.new_id(),
            event_type=event_type,
            subject=subject,
            facts=facts or {},
            issued_at=tx.now,
            partnership_id=partnership_id,
        )
    )


def plan(tx: Transaction, notice: Notice, to: Iterable[Subscription]) -> list[Delivery]:
    """Plan one delivery to each address, whichever of its subscriptions match.

    A webhook's secret belongs to its agency: two agencies that name one endpoint count as two addresses.
    """
    planned: dict[tuple[str, str, str], Delivery] = {}
    for subscription in to:
        whose = subscription.person_agency if subscription.channel == "webhook" else ""
        place = (subscription.channel, subscription.address, whose)
        if place not in planned:
            planned[place] = _delivery(tx, notice, subscription)
            tx.session.add(planned[place])
    notice.deliveries = len(planned)
    return list(planned.values())


def _delivery(tx: Transaction, notice: Notice, subscription: Subscription) -> Delivery:
    return Delivery(
        id=tx.new_id(),
        notice_id=notice.id,
        subscription_id=subscription.id,
        channel=subscription.channel,
        address=subscription.address,
        correlation_id=tx.context.correlation_id,
        traceparent=tx.context.traceparent,
        planned_at=tx.now,
        next_at=tx.now,
    )
