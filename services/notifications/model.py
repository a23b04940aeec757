"""Subscriptions and deliveries: who is told what, and what became of each message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.refusal import Refusal


class SubscriptionState(StrEnum):
    """Where a subscription stands."""

    PENDING = "pending"
    ACTIVE = "active"
    ENDED = "ended"


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PLANNED = "planned"
    SENDING = "sending"
    UNKNOWN = "unknown"
    RETRY = "retry"
    DELIVERED = "delivered"
    DEAD = "dead"


# Every change of a delivery's state: (from, act) → to. The diagram in the README is made from it.
TRANSITIONS: dict[tuple[DeliveryState, str], DeliveryState] = {
    (DeliveryState.PLANNED, "begin"): DeliveryState.SENDING,
    (DeliveryState.RETRY, "begin"): DeliveryState.SENDING,
    (DeliveryState.UNKNOWN, "begin"): DeliveryState.SENDING,
    (DeliveryState.SENDING, "accepted"): DeliveryState.DELIVERED,
    (DeliveryState.SENDING, "failed for now"): DeliveryState.RETRY,
    (DeliveryState.SENDING, "failed for good"): DeliveryState.DEAD,
    (DeliveryState.SENDING, "process ended"): DeliveryState.UNKNOWN,
}
FINAL = (DeliveryState.DELIVERED, DeliveryState.DEAD)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# E-mail: growing steps within the four to five days of RFC 5321 section 4.5.4.1, shortened to a day.
# Webhooks: the schedule that the Standard Webhooks specification suggests.
RETRIES: dict[str, tuple[timedelta, ...]] = {
    "email": (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR),
    "webhook": (
        timedelta(seconds=5),
        5 * MINUTE,
        30 * MINUTE,
        2 * HOUR,
        5 * HOUR,
        10 * HOUR,
        14 * HOUR,
        20 * HOUR,
        24 * HOUR,
    ),
    "inbox": (),
}


class ConfirmationUnknown(Refusal):
    """The token of a confirmation link."""

    kind = "unknown"
    message = "This confirmation link is not known."
    remedy = "Subscribe again; you will get a new link."


class UnsubscribeUnknown(Refusal):
    """The token of an unsubscribe link."""

    kind = "unknown"
    message = "This link to end a subscription is not known."
    remedy = "Use the link in one of our messages."


class SubscriptionEnded(Refusal):
    """An ended subscription stays ended."""

    kind = "conflict"
    message = "This subscription has ended."
    remedy = "Subscribe again."


@dataclass(eq=False)
class Subscription:
    """One address that wants one topic's notices."""

    id: UUID
    agency: str
    person: str
    person_agency: str
    scope: str
    value: str
    channel: str
    address: str
    locale: str
    token: str
    secret: str
    created_at: datetime
    state: SubscriptionState = SubscriptionState.PENDING
    ended_reason: str = ""
    ended_at: datetime | None = None
    version: int = 0

    def confirm(self) -> None:
        """The owner of the address has said yes; saying it twice is the same."""
        if self.state is SubscriptionState.ENDED:
            raise SubscriptionEnded
        self.state = SubscriptionState.ACTIVE

    def end(self, reason: str, at: datetime) -> None:
        """Send nothing more; ending twice is the same."""
        if self.state is not SubscriptionState.ENDED:
            self.state, self.ended_reason, self.ended_at = SubscriptionState.ENDED, reason, at


@dataclass(eq=False)
class Delivery:
    """One message to one address; its id is the Message-ID and the webhook-id, however often it is tried.

    Without an address it is one to somebody who was erased.
    """

    id: UUID
    notice_id: UUID
    subscription_id: UUID
    channel: str
    address: str | None
    correlation_id: str
    traceparent: str | None
    planned_at: datetime
    next_at: datetime
    state: DeliveryState = DeliveryState.PLANNED
    attempts: int = 0
    last_error: str = ""
    settled_at: datetime | None = None

    def change(self, act: str) -> None:
        """Go where the table leads."""
        self.state = TRANSITIONS[self.state, act]

    def begin(self) -> None:
        """Sending begins; recorded before it does."""
        self.change("begin")
        self.attempts += 1

    def accepted(self, at: datetime) -> None:
        """The other side has taken the message."""
        self.change("accepted")
        self.settled_at, self.last_error = at, ""

    def failed(self, error: str, at: datetime, *, for_good: bool) -> None:
        """Try again later, or give up when it is for good or the schedule is used up."""
        self.last_error = error[:500]
        schedule = RETRIES[self.channel]
        if for_good or self.attempts > len(schedule):
            self.change("failed for good")
            self.settled_at = at
        else:
            self.change("failed for now")
            self.next_at = at + schedule[self.attempts - 1]


@dataclass(eq=False)
class Notice:
    """What is told about one event."""

    id: UUID
    agency: str
    event_id: UUID
    event_type: str
    subject: str
    facts: dict[str, str]
    issued_at: datetime
    deliveries: int = 0
    closed: bool = False
    version: int = 0


@dataclass(eq=False)
class InboxItem:
    """A notice in a person's inbox."""

    id: UUID
    person: str
    person_agency: str
    notice_id: UUID
    received_at: datetime
