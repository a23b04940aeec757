"""Deliveries: claiming due ones, recording results, sending again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notifications.commands.notices import CONFIRMATION, DISABLED, OWN, TEST, new_notice
from services.notifications.model import DUE, FINAL, Delivery, InboxItem, Notice, Subscription
from services.notifications.tables import deliveries, partnerships, subscriptions
from shared.command import Command
from shared.contracts.notifications import NoticeDelivered
from shared.contracts.vocabulary import DeliveryState, SubscriptionState
from shared.database.transaction import Transaction, UnknownAggregate
from shared.identity.permissions import Relation
from shared.refusal import Term


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one attempt: ``gone`` ends the subscription, ``no_mailbox`` suspends the address.

    ``wait``: the receiver asked not to be sent anything earlier. ``unsent``: it was not attempted.
    """

    delivery_id: UUID
    error: str = ""
    for_good: bool = False
    gone: bool = False
    no_mailbox: bool = False
    unsent: bool = False
    wait: timedelta = timedelta()


class Begun(NamedTuple):
    """A delivery that is about to be sent, with its content."""

    delivery: Delivery
    notice: Notice
    subscription: Subscription
    partnership: str
    area: str


class Redeliver(Command):
    """Send a delivery to your own subscription once more, under the same id."""

    delivery_id: UUID


def begin_due(tx: Transaction, channel: str, limit: int, busy: Collection[str] = ()) -> list[Begun]:
    """Take due deliveries of a channel for sending.

    For webhooks one to each endpoint, and none to a ``busy`` one: a slow endpoint does not delay the
    others.
    """
    due = [
        deliveries.c.channel == channel,
        deliveries.c.state.in_(DUE),
        deliveries.c.next_at <= tx.now,
    ]
    if channel == "webhook":
        due.append(sa.func.coalesce(deliveries.c.address, "").not_in(busy))
        place = sa.func.row_number().over(
            partition_by=deliveries.c.address, order_by=(deliveries.c.next_at, deliveries.c.id)
        )
        first = sa.select(deliveries.c.id, place.label("place")).where(*due).subquery()
        due = [deliveries.c.id.in_(sa.select(first.c.id).where(first.c.place == 1))]
    query = sa.select(Delivery).where(*due).order_by(deliveries.c.next_at).limit(limit)
    return [_begun(tx, delivery) for delivery in tx.session.scalars(query.with_for_update(skip_locked=True))]


def hold(tx: Transaction, channel: str, reason: str) -> None:
    """Record at each waiting delivery of a channel why it waits."""
    still = deliveries.c.channel == channel, deliveries.c.state.in_(DUE), deliveries.c.last_error != reason
    tx.execute(sa.update(deliveries).where(*still).values(last_error=reason))


def _begun(tx: Transaction, delivery: Delivery) -> Begun:
    delivery.begin()
    notice = tx.get(Notice, delivery.notice_id)
    query = sa.select(partnerships.c.title, partnerships.c.area).where(
        partnerships.c.id == notice.partnership_id
    )
    title, area = tx.session.execute(query).one_or_none() or ("", "")
    return Begun(delivery, notice, tx.get(Subscription, delivery.subscription_id), title, area)


def wanted(notice: Notice, subscription: Subscription) -> bool:
    """Whether a planned message is still to be sent.

    A confirmation request is sent at any time before the subscription ends, a test at any time.
    """
    if notice.event_type in (CONFIRMATION, TEST):
        return subscription.state is not SubscriptionState.ENDED
    return subscription.state is SubscriptionState.ACTIVE


def settle(tx: Transaction, outcome: Outcome) -> Delivery:
    """Record the result of an attempt; an inbox notice is stored in the same transaction."""
    delivery = tx.session.get(Delivery, outcome.delivery_id, with_for_update=True)
    if delivery is None:
        raise UnknownAggregate(kind=Term("delivery"), id=str(outcome.delivery_id))
    if delivery.state is not DeliveryState.SENDING:
        return delivery
    notice, to = tx.get(Notice, delivery.notice_id), tx.get(Subscription, delivery.subscription_id)
    if outcome.error:
        # About an erased person, not even the mail server's response is stored.
        said = outcome.error if delivery.address is not None else ""
        for_good = outcome.for_good or outcome.gone
        delivery.failed(said, tx.now, for_good=for_good, wait=outcome.wait)
        _learn(tx, outcome, to)
    else:
        _arrived(tx, delivery, notice, to)
    _close(tx, notice)
    return delivery


def _arrived(tx: Transaction, delivery: Delivery, notice: Notice, to: Subscription) -> None:
    delivery.accepted(tx.now)
    to.failing_since = None
    if notice.event_type == TEST and to.state is SubscriptionState.SUSPENDED:
        to.confirm()
    if delivery.channel == "inbox":
        tx.session.add(InboxItem(tx.new_id(), to.person, to.person_agency, notice.id, tx.now))


def _learn(tx: Transaction, outcome: Outcome, to: Subscription) -> None:
    """Record what a failure means for the subscription."""
    if outcome.gone:
        to.end("the endpoint is gone (410)", tx.now)
        to.version += 1
    elif outcome.no_mailbox:
        same = sa.and_(subscriptions.c.channel == to.channel, subscriptions.c.address == to.address)
        for subscription in tx.session.scalars(sa.select(Subscription).where(same)).all():
            subscription.suspend(outcome.error)
    elif to.channel == "webhook" and not outcome.unsent and to.failed(tx.now):
        _tell_owner(tx, to)


def _tell_owner(tx: Transaction, subscription: Subscription) -> None:
    """Notify the owner of an endpoint, in the inbox, that nothing more is sent to it."""
    host = urlsplit(subscription.address).hostname or ""
    notice = new_notice(tx, DISABLED, subscription.agency, subject=host)
    notice.deliveries, notice.closed = 1, True
    to = (subscription.person, subscription.person_agency)
    tx.session.add(InboxItem(tx.new_id(), *to, notice.id, tx.now))


def redeliver(tx: Transaction, command: Redeliver) -> Delivery:
    """Send a delivery to the actor's own subscription once more, under the same id."""
    delivery = tx.session.get(Delivery, command.delivery_id, with_for_update=True)
    to = tx.session.get(Subscription, delivery.subscription_id) if delivery else None
    if delivery is None or to is None or (to.person, to.person_agency) != (tx.actor.person, tx.actor.agency):
        raise UnknownAggregate(kind=Term("delivery"), id=str(command.delivery_id))
    tx.permit({Relation.OWN})
    delivery.again(tx.now)
    return delivery


def under_way(session: Session) -> set[UUID]:
    """The deliveries being sent now, or when a process ended."""
    return set(session.scalars(sa.select(deliveries.c.id).where(deliveries.c.state == DeliveryState.SENDING)))


def forget_sending(tx: Transaction, only: set[UUID] | None = None) -> list[Delivery]:
    """Reset deliveries after a crash: their result is unknown, and they are retried under the same id."""
    query = sa.select(Delivery).where(deliveries.c.state == DeliveryState.SENDING)
    if only is not None:
        query = query.where(deliveries.c.id.in_(only))
    left = list(tx.session.scalars(query.with_for_update(skip_locked=True)))
    for delivery in left:
        delivery.forgotten(tx.now)
    return left


def _close(tx: Transaction, notice: Notice) -> None:
    """Record that every delivery of a notice has ended."""
    tx.session.flush()
    query = (
        sa.select(deliveries.c.state, sa.func.count())
        .where(deliveries.c.notice_id == notice.id)
        .group_by(deliveries.c.state)
    )
    counts: dict[DeliveryState, int] = dict(tx.session.execute(query).all())
    if notice.closed or notice.event_type in OWN or set(counts) - set(FINAL):
        return
    notice.closed = True
    tx.record(
        NoticeDelivered(
            notice_id=notice.id,
            event_id=notice.event_id,
            delivered=counts.get(DeliveryState.DELIVERED, 0),
            failed=counts.get(DeliveryState.DEAD, 0),
        )
    )
