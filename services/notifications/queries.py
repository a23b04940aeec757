"""Queries of subscriptions, notices and deliveries."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notifications.model import DUE, NO_MAIL_SERVER, Delivery, InboxItem, Notice, Subscription
from services.notifications.tables import deliveries, inbox_items, notices, partnerships, subscriptions
from shared.identity.actor import Actor
from shared.settings import Settings


def subscriptions_of(session: Session, actor: Actor, after: UUID | None, limit: int) -> list[Subscription]:
    """An actor's subscriptions."""
    mine = sa.and_(subscriptions.c.person == actor.person, subscriptions.c.person_agency == actor.agency)
    query = sa.select(Subscription).where(mine).order_by(subscriptions.c.id).limit(limit)
    if after is not None:
        query = query.where(subscriptions.c.id > after)
    return list(session.scalars(query))


def link(session: Session, token: str) -> tuple[Subscription, str] | None:
    """What a link is about: the subscription, and the name of its topic."""
    is_it = sa.or_(subscriptions.c.token == token, subscriptions.c.confirmation == token)
    subscription = session.scalars(sa.select(Subscription).where(is_it)).one_or_none()
    if subscription is None:
        return None
    title = None
    if subscription.scope == "partnership":
        query = sa.select(partnerships.c.title).where(partnerships.c.id == UUID(subscription.value))
        title = session.execute(query).scalar_one_or_none()
    return subscription, title or subscription.value


def list_notices(session: Session, after: UUID | None, limit: int) -> list[Notice]:
    """Notices in the order in which they were issued."""
    query = sa.select(Notice).order_by(notices.c.id).limit(limit)
    if after is not None:
        query = query.where(notices.c.id > after)
    return list(session.scalars(query))


def list_deliveries(
    session: Session,
    correlation_id: str | None,
    notice_id: UUID | None,
    subscription_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> list[Delivery]:
    """Deliveries, of one correlation, of one notice, to one subscription or all."""
    query = sa.select(Delivery).order_by(deliveries.c.id).limit(limit)
    if correlation_id is not None:
        query = query.where(deliveries.c.correlation_id == correlation_id)
    if notice_id is not None:
        query = query.where(deliveries.c.notice_id == notice_id)
    if subscription_id is not None:
        query = query.where(deliveries.c.subscription_id == subscription_id)
    if after is not None:
        query = query.where(deliveries.c.id > after)
    return list(session.scalars(query))


def what_to_know(session: Session, settings: Settings) -> dict[str, str]:
    """Deliveries that may have been sent twice after a crash, and those whose channel is not configured."""
    query = sa.select(sa.func.count()).select_from(deliveries).where(deliveries.c.uncertain > 0)
    number = session.execute(query).scalar_one()
    told = {"deliveries": f"{number} may have gone twice" if number else ""}
    if not settings.smtp_url:
        told["mail"] = f"{NO_MAIL_SERVER}: {waiting(session, 'email')} messages wait"
    return told


def waiting(session: Session, channel: str) -> int:
    """How many deliveries of a channel are waiting."""
    still = deliveries.c.state.in_(DUE), deliveries.c.channel == channel
    return session.execute(sa.select(sa.func.count()).select_from(deliveries).where(*still)).scalar_one()


def next_due(session: Session, channel: str) -> datetime | None:
    """When the next delivery of a channel is due; None if there is none."""
    still = deliveries.c.state.in_(DUE), deliveries.c.channel == channel
    earliest: datetime | None = session.scalar(sa.select(sa.func.min(deliveries.c.next_at)).where(*still))
    return earliest


def inbox_of(
    session: Session, actor: Actor, after: UUID | None, limit: int
) -> list[tuple[InboxItem, Notice]]:
    """An actor's inbox with its notices, oldest first."""
    query = (
        sa.select(InboxItem, Notice)
        .join(Notice, notices.c.id == inbox_items.c.notice_id)
        .where(inbox_items.c.person == actor.person, inbox_items.c.person_agency == actor.agency)
        .order_by(inbox_items.c.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(inbox_items.c.id > after)
    return [(item, notice) for item, notice in session.execute(query)]
