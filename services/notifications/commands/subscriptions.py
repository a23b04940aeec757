"""Subscriptions: subscribing, confirming, unsubscribing, webhook secrets."""

from __future__ import annotations

import base64
import secrets
from typing import Annotated, Literal
from uuid import UUID

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError, PydanticKnownError

from services.notifications.commands.notices import CONFIRMATION, TEST, new_notice, plan, topics_of
from services.notifications.model import (
    DAY,
    LAPSES,
    MOST_ASKED,
    ConfirmationUnknown,
    Delivery,
    Notice,
    NoWebhook,
    Subscription,
    TooOftenAsked,
    UnsubscribeUnknown,
)
from services.notifications.permissions import SUBSCRIBING
from services.notifications.tables import agencies, deliveries, notices, partnerships, subscriptions
from shared.command import Command
from shared.contracts.vocabulary import Channel, Scope, SubscriptionState
from shared.database.timers import Due
from shared.database.transaction import Transaction, UnknownAggregate
from shared.fields import Storable
from shared.i18n import N_
from shared.identity.permissions import Relation
from shared.refusal import Refusal, Term

Until = Literal["message", "topic", "everything"]
LAPSED = "confirmation-lapsed"


class AddressMissing(Refusal):
    """E-mail and webhooks need an address."""

    kind = "invalid"
    message = "The channel %(channel)s needs an address."
    remedy = "Enter an e-mail address, or the http(s) URL of the endpoint."


class AgencyUnknown(Refusal):
    """Only an existing agency can be followed."""

    kind = "invalid"
    message = "There is no agency with the short name %(agency)s."
    remedy = "Use the agency's short name as its partnerships show it."


class Subscribe(Command):
    """Subscribe. E-mail needs no account, only a confirmation; webhooks need the role coordinator.

    ``value`` is the agency's slug or the partnership's id. An inbox has no address: it is that of the
    caller. Subscribing an address again gets the same answer, and its owner is asked to confirm again: at
    most once an hour for the same topic, and five times a day in all. A webhook's address is a public
    endpoint in plain form; it is checked now and before each delivery.
    """

    scope: Scope = Scope.ALL
    value: Annotated[str, Field(max_length=100, validate_default=True), Storable] = ""
    channel: Channel
    address: Annotated[str, Field(max_length=500, validate_default=True, repr=False), Storable] = ""
    locale: Literal["id", "en"] = "id"

    @field_validator("value")
    @classmethod
    def _names_the_topic(cls, value: str, info: ValidationInfo) -> str:
        """The partnership id in the form that events have, however it was written."""
        scope = info.data.get("scope")
        if scope is not None and (scope == "all") != (value == ""):
            raise PydanticCustomError(
                "topic", N_("a value is given exactly when the scope is an agency or a partnership")
            )
        return _as_id(value) if scope == "partnership" else value

    @field_validator("address")
    @classmethod
    def _fits_the_channel(cls, address: str, info: ValidationInfo) -> str:
        channel = info.data.get("channel")
        if channel == "inbox" and address:
            raise PydanticCustomError("inbox_address", N_("an inbox has no address: it is always your own"))
        return _mailbox(address) if channel == "email" else address


class Confirm(Command):
    """Confirm an e-mail subscription, with the token of the link."""

    token: Annotated[str, Field(min_length=10, max_length=100, repr=False), Storable]


class Unsubscribe(Command):
    """End the subscription of a link: its topic, every topic that caused a message, or all to its address."""

    token: Annotated[str, Field(repr=False)]
    until: Until = "topic"
    message: UUID | None = None


class EndSubscription(Command):
    """End your own subscription."""

    subscription_id: UUID


class RotateSecret(Command):
    """Give your webhook a new secret; for a day messages are also signed with the previous one."""

    subscription_id: UUID


class SendTest(Command):
    """Send a test to your own webhook; if a suspended one accepts it, it is active again."""

    subscription_id: UUID


def subscribe(tx: Transaction, command: Subscribe) -> Subscription:
    """Subscribe; an e-mail address must be confirmed by its owner before anything else is sent to it.

    If the address has subscribed already, the caller does not learn that: its owner is asked again.
    """
    if command.channel != "email":
        SUBSCRIBING[command.channel].require_role(tx.actor)
    if command.channel != "inbox" and not command.address:
        raise AddressMissing(channel=command.channel)
    if command.scope == "agency" and not _is_agency(tx, command.value):
        raise AgencyUnknown(agency=command.value)
    subscription = _new(tx, command)
    if command.channel == "email":
        with tx.unhidden():  # only the agency may see what is sent
            return _asked(tx, subscription)
    subscription.confirm()
    return tx.add(subscription)


def confirm(tx: Transaction, command: Confirm) -> Subscription:
    """Confirm through the link in the confirmation message."""
    subscription = _by(tx, subscriptions.c.confirmation, command.token)
    if subscription is None:
        raise ConfirmationUnknown
    subscription.confirm()
    subscription.version += 1
    tx.drop_timer(LAPSED, subscription.id)
    return subscription


def unsubscribe(tx: Transaction, command: Unsubscribe) -> Subscription:
    """End through the link in a message (RFC 8058)."""
    subscription = _by(tx, subscriptions.c.token, command.token)
    if subscription is None:
        raise UnsubscribeUnknown
    with tx.unhidden():
        for others in _ending_with(tx, subscription, command):
            _ended(tx, others, "unsubscribed by link")
    return _ended(tx, subscription, "unsubscribed by link")


def end_subscription(tx: Transaction, command: EndSubscription) -> Subscription:
    """End the actor's own subscription; another's is not found."""
    return _ended(tx, _own(tx, command.subscription_id), "ended by its owner")


def rotate_secret(tx: Transaction, command: RotateSecret) -> Subscription:
    """Sign a webhook with a new secret, and for a day also with the previous one."""
    subscription = _own(tx, command.subscription_id)
    subscription.change_secret(_signing_secret(), tx.now)
    subscription.version += 1
    return subscription


def send_test(tx: Transaction, command: SendTest) -> Delivery:
    """Send a test to a webhook; if a suspended one accepts it, it is active again."""
    subscription = _own(tx, command.subscription_id)
    if subscription.channel != "webhook":
        raise NoWebhook(channel=subscription.channel)
    with tx.unhidden():
        (delivery,) = plan(tx, new_notice(tx, TEST, subscription.agency), [subscription])
        tx.session.flush()
    return delivery


def confirmation_lapsed(tx: Transaction, due: Due) -> None:
    """End a subscription that was never confirmed; its address is deleted as that of any ended one."""
    subscription = tx.get(Subscription, due.about)
    if subscription.state is SubscriptionState.PENDING:
        _ended(tx, subscription, "not confirmed")


def end_all(tx: Transaction, person: str) -> None:
    """End the subscriptions of an erased person; planned messages are not sent."""
    theirs = sa.and_(subscriptions.c.person == person, subscriptions.c.person_agency == tx.agency)
    for subscription in tx.session.scalars(sa.select(Subscription).where(theirs)).all():
        if subscription.state is not SubscriptionState.ENDED:
            _ended(tx, subscription, "the person was erased")


def _as_id(value: str) -> str:
    try:
        return str(UUID(value))
    except ValueError as error:
        raise PydanticKnownError("uuid_parsing", {"error": str(error)}) from None


def _mailbox(address: str) -> str:
    """Normalise the domain to ASCII; refuse other letters before the @, which some mail servers reject."""
    try:
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise PydanticCustomError(
            "mail_address", N_("not every mail server can send to this e-mail address")
        ) from None
    return checked.ascii_email or checked.normalized


def _new(tx: Transaction, command: Subscribe) -> Subscription:
    return Subscription(
        id=tx.new_id(),
        agency=command.value if command.scope == "agency" else tx.actor.agency,
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
        confirmation=secrets.token_urlsafe(24) if command.channel == "email" else None,
        version=1,
    )


def _asked(tx: Transaction, subscription: Subscription) -> Subscription:
    """Ask the owner of an address to confirm, unless asked a moment ago; at most some times a day."""
    _one_at_a_time(tx, subscription.address)
    known = _open(tx, subscription)
    asking = known or subscription
    if not asking.ask(tx.now):
        return subscription
    if _times_asked(tx, subscription.address) >= MOST_ASKED:
        raise TooOftenAsked(most=MOST_ASKED, seconds=int(DAY.total_seconds()))
    if known is None:
        tx.add(subscription)
    elif known.state is SubscriptionState.PENDING:
        known.locale = subscription.locale
    tx.set_timer(LAPSED, asking.id, tx.now + LAPSES)
    plan(tx, new_notice(tx, CONFIRMATION, asking.agency), [asking])
    tx.session.flush()
    return subscription


def _one_at_a_time(tx: Transaction, address: str) -> None:
    """Serialise subscriptions of one address; SQLite has a single writer anyway."""
    if tx.session.get_bind().dialect.name == "postgresql":
        tx.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(address, 0))))


def _open(tx: Transaction, like: Subscription) -> Subscription | None:
    """The newest open subscription of the same address to the same topic."""
    query = (
        sa.select(Subscription)
        .where(
            subscriptions.c.address == like.address,
            subscriptions.c.channel == "email",
            subscriptions.c.scope == like.scope,
            subscriptions.c.value == like.value,
            subscriptions.c.state != SubscriptionState.ENDED,
        )
        .order_by(subscriptions.c.id.desc())
        .limit(1)
        .with_for_update()
    )
    return tx.session.scalars(query).first()


def _times_asked(tx: Transaction, address: str) -> int:
    query = (
        sa.select(sa.func.count())
        .select_from(deliveries)
        .join(subscriptions, subscriptions.c.id == deliveries.c.subscription_id)
        .join(notices, notices.c.id == deliveries.c.notice_id)
        .where(
            subscriptions.c.address == address,
            notices.c.event_type == CONFIRMATION,
            deliveries.c.planned_at > tx.now - DAY,
        )
    )
    return tx.session.scalars(query).one()


def _is_agency(tx: Transaction, slug: str) -> bool:
    """Whether the agency exists: it was added, or has partnerships."""
    founded = sa.exists().where(agencies.c.agency == slug)
    works = sa.exists().where(partnerships.c.agency == slug)
    return bool(tx.session.scalar(sa.select(sa.or_(founded, works))))


def _ending_with(tx: Transaction, subscription: Subscription, command: Unsubscribe) -> list[Subscription]:
    """The other subscriptions of its address that end with it."""
    if command.until == "topic":
        return []
    same = [
        subscriptions.c.address == subscription.address,
        subscriptions.c.channel == subscription.channel,
        subscriptions.c.state != SubscriptionState.ENDED,
        subscriptions.c.id != subscription.id,
    ]
    if command.until == "message":
        notice = _notice_of(tx, subscription, command.message)
        if notice is None:
            return []
        same.append(topics_of(notice))
    return list(tx.session.scalars(sa.select(Subscription).where(*same).with_for_update()))


def _notice_of(tx: Transaction, subscription: Subscription, message: UUID | None) -> Notice | None:
    """The notice of a message, if it was sent to this subscription."""
    delivery = tx.session.get(Delivery, message) if message else None
    if delivery is None or delivery.subscription_id != subscription.id:
        return None
    return tx.session.get(Notice, delivery.notice_id)


def _own(tx: Transaction, subscription_id: UUID) -> Subscription:
    """The actor's own subscription; another's is not found."""
    subscription = tx.get(Subscription, subscription_id)
    if (subscription.person, subscription.person_agency) != (tx.actor.person, tx.actor.agency):
        raise UnknownAggregate(kind=Term("subscription"), id=str(subscription_id))
    tx.permit({Relation.OWN})
    return subscription


def _by(tx: Transaction, column: sa.Column[str] | sa.Column[str | None], token: str) -> Subscription | None:
    return tx.session.scalars(sa.select(Subscription).where(column == token).with_for_update()).one_or_none()


def _ended(tx: Transaction, subscription: Subscription, reason: str) -> Subscription:
    subscription.end(reason, tx.now)
    subscription.version += 1
    return subscription


def _signing_secret() -> str:
    """A secret in the format of Standard Webhooks: 24 random bytes in base64."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"
