"""What can be done with subscriptions, notices and deliveries: one function per use case."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from services.notifications.model import (
    FINAL,
    ConfirmationUnknown,
    Delivery,
    DeliveryState,
    InboxItem,
    Notice,
    Subscription,
    SubscriptionState,
    UnsubscribeUnknown,
)
from services.notifications.permissions import PERMISSIONS
from services.notifications.tables import deliveries, subscriptions
from shared.backbone.transaction import Transaction, UnknownAggregate
from shared.contracts.notifications import NoticeDelivered, NoticeIssued
from shared.identity.permissions import Relation
from shared.refusal import Refusal, Term

Channel = Literal["email", "webhook", "inbox"]
Scope = Literal["all", "agency", "partnership"]
CONFIRMATION = "notifications.confirmation"


class AddressMissing(Refusal):
    """E-mail and webhooks go somewhere."""

    kind = "invalid"
    message = "The channel %(channel)s needs an address."
    remedy = "Give an e-mail address, or the http(s) URL of the endpoint."


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Ask for the notices of a topic."""

    scope: Scope
    value: str
    channel: Channel
    address: str
    locale: Literal["id", "en"]
    agency: str


@dataclass(frozen=True, slots=True)
class ByToken:
    """Confirm or end the subscription that a link names."""

    token: str


@dataclass(frozen=True, slots=True)
class EndSubscription:
    """End one's own subscription."""

    subscription_id: UUID


@dataclass(frozen=True, slots=True)
class IssueNotice:
    """Tell the subscribers about an event."""

    event_id: UUID
    event_type: str
    subject: str
    partnership_id: UUID
    agency: str
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt; ``gone`` ends the subscription."""

    delivery_id: UUID
    error: str = ""
    for_good: bool = False
    gone: bool = False


def subscribe(tx: Transaction, command: Subscribe) -> Subscription:
    """Subscribe; an e-mail address must be confirmed by its owner before anything else is sent to it."""
    if command.channel != "email":
        PERMISSIONS[f"subscribe_{command.channel}"].require_role(tx.actor)
    if command.channel != "inbox" and not command.address:
        raise AddressMissing(channel=command.channel)
    subscription = tx.add(
        Subscription(
            id=tx.new_id(),
            agency=command.agency,
            person=tx.actor.person,
            person_agency=tx.actor.agency,
            scope=command.scope,
            value=command.value,
            channel=command.channel,
            address=command.address or f"inbox:{tx.actor.agency}:{tx.actor.person}",
            locale=command.locale,
            token=secrets.token_urlsafe(24),
            secret=_signing_secret() if command.channel == "webhook" else "",
            created_at=tx.now,
        )
    )
    if command.channel == "email":
        with tx.unhidden():  # what is sent is the agency's to see
            _plan(tx, _notice(tx, subscription.id, CONFIRMATION, "", subscription.agency, {}), [subscription])
            tx.session.flush()
    else:
        subscription.confirm()
    subscription.version = 1
    return subscription


def confirm(tx: Transaction, command: ByToken) -> Subscription:
    """Confirm by the link in the confirmation message."""
    subscription = _by_token(tx, command.token)
    if subscription is None:
        raise ConfirmationUnknown
    subscription.confirm()
    subscription.version += 1
    return subscription


def unsubscribe(tx: Transaction, command: ByToken) -> Subscription:
    """End by the link in a message (RFC 8058)."""
    subscription = _by_token(tx, command.token)
    if subscription is None:
        raise UnsubscribeUnknown
    return _ended(tx, subscription, "unsubscribed by link")


def end_subscription(tx: Transaction, command: EndSubscription) -> Subscription:
    """End one's own subscription; another's is not there."""
    subscription = tx.get(Subscription, command.subscription_id)
    if (subscription.person, subscription.person_agency) != (tx.actor.person, tx.actor.agency):
        raise UnknownAggregate(kind=Term("subscription"), id=str(command.subscription_id))
    tx.permit({Relation.OWN})
    return _ended(tx, subscription, "ended by its owner")


def end_all(tx: Transaction, person: str) -> None:
    """End the subscriptions of somebody who is erased; what is planned is not sent any more."""
    theirs = sa.and_(subscriptions.c.person == person, subscriptions.c.person_agency == tx.agency)
    for subscription in tx.session.scalars(sa.select(Subscription).where(theirs)).all():
        if subscription.state is not SubscriptionState.ENDED:
            _ended(tx, subscription, "the person was erased")


def issue_notice(tx: Transaction, command: IssueNotice) -> Notice:
    """Plan one delivery to each address that the event concerns."""
    topic = sa.or_(
        subscriptions.c.scope == "all",
        sa.and_(subscriptions.c.scope == "agency", subscriptions.c.value == command.agency),
        sa.and_(subscriptions.c.scope == "partnership", subscriptions.c.value == str(command.partnership_id)),
    )
    active = subscriptions.c.state == SubscriptionState.ACTIVE
    found = tx.session.scalars(sa.select(Subscription).where(topic, active).order_by(subscriptions.c.id))
    notice = _notice(tx, command.event_id, command.event_type, command.subject, command.agency, command.facts)
    _plan(tx, notice, found.all())
    tx.record(
        NoticeIssued(
            notice_id=notice.id,
            event_id=notice.event_id,
            event_type=notice.event_type,
            deliveries=notice.deliveries,
        )
    )
    return notice


def begin_due(tx: Transaction, limit: int) -> list[tuple[Delivery, Notice, Subscription]]:
    """Take due deliveries for sending."""
    query = (
        sa.select(Delivery)
        .where(
            deliveries.c.state.in_([DeliveryState.PLANNED, DeliveryState.RETRY, DeliveryState.UNKNOWN]),
            deliveries.c.next_at <= tx.now,
        )
        .order_by(deliveries.c.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    begun = []
    for delivery in tx.session.scalars(query).all():
        delivery.begin()
        notice = tx.get(Notice, delivery.notice_id)
        begun.append((delivery, notice, tx.get(Subscription, delivery.subscription_id)))
    return begun


def wanted(notice: Notice, subscription: Subscription) -> bool:
    """Whether a planned message is still to be sent: an unconfirmed address gets the confirmation alone."""
    pending = subscription.state is SubscriptionState.PENDING and notice.event_type == CONFIRMATION
    return subscription.state is SubscriptionState.ACTIVE or pending


def settle(tx: Transaction, outcome: Outcome) -> Delivery:
    """Record what became of an attempt; a notice for the inbox is put there in the same transaction."""
    delivery = tx.session.get(Delivery, outcome.delivery_id, with_for_update=True)
    if delivery is None:
        raise UnknownAggregate(kind=Term("delivery"), id=str(outcome.delivery_id))
    if delivery.state is not DeliveryState.SENDING:
        return delivery
    if outcome.error:
        # Of who was erased meanwhile, not even what a mail server said is kept.
        said = outcome.error if delivery.address is not None else ""
        delivery.failed(said, tx.now, for_good=outcome.for_good or outcome.gone)
    else:
        delivery.accepted(tx.now)
        if delivery.channel == "inbox":
            to = tx.get(Subscription, delivery.subscription_id)
            item = InboxItem(tx.new_id(), to.person, to.person_agency, delivery.notice_id, tx.now)
            tx.session.add(item)
    if outcome.gone:
        _ended(tx, tx.get(Subscription, delivery.subscription_id), "the endpoint is gone (410)")
    _close(tx, tx.get(Notice, delivery.notice_id))
    return delivery


def forget_sending(tx: Transaction, only: set[UUID] | None = None) -> int:
    """After a crash: what was being sent has an unknown outcome and is tried again under the same id."""
    query = sa.select(Delivery).where(deliveries.c.state == DeliveryState.SENDING)
    if only is not None:
        query = query.where(deliveries.c.id.in_(only))
    left = tx.session.scalars(query.with_for_update(skip_locked=True)).all()
    for delivery in left:
        delivery.change("process ended")
        delivery.next_at = tx.now
    return len(left)


def _signing_secret() -> str:
    """A secret as Standard Webhooks writes it: 24 random bytes in base64."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"


def _notice(
    tx: Transaction, event_id: UUID, event_type: str, subject: str, agency: str, facts: dict[str, str]
) -> Notice:
    return tx.add(
        Notice(
            id=tx.new_id(),
            agency=agency,
            event_id=event_id,
            event_type=event_type,
            subject=subject,
            facts=facts,
            issued_at=tx.now,
        )
    )


def _plan(tx: Transaction, notice: Notice, to: Sequence[Subscription]) -> None:
    planned: set[tuple[str, str]] = set()
    for subscription in to:
        place = (subscription.channel, subscription.address)
        if place in planned:
            continue
        planned.add(place)
        tx.session.add(
            Delivery(
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
        )
    notice.deliveries = len(planned)


def _close(tx: Transaction, notice: Notice) -> None:
    """Say so when every delivery of a notice has ended."""
    tx.session.flush()
    query = (
        sa.select(deliveries.c.state, sa.func.count())
        .where(deliveries.c.notice_id == notice.id)
        .group_by(deliveries.c.state)
    )
    counts: dict[DeliveryState, int] = dict(tx.session.execute(query).all())
    if notice.closed or notice.event_type == CONFIRMATION or set(counts) - set(FINAL):
        return
    notice.closed = True
    delivered = counts.get(DeliveryState.DELIVERED, 0)
    tx.record(
        NoticeDelivered(
            notice_id=notice.id,
            event_id=notice.event_id,
            delivered=delivered,
            failed=counts.get(DeliveryState.DEAD, 0),
        )
    )


def _by_token(tx: Transaction, token: str) -> Subscription | None:
    query = sa.select(Subscription).where(subscriptions.c.token == token).with_for_update()
    return tx.session.scalars(query).one_or_none()


def _ended(tx: Transaction, subscription: Subscription, reason: str) -> Subscription:
    subscription.end(reason, tx.now)
    subscription.version += 1
    return subscription
