"""Domain model of subscriptions and deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts.vocabulary import DeliveryState, SubscriptionState
from shared.refusal import Refusal

# Every transition of a delivery: (from, act) → to. The diagram in the README is generated from it.
TRANSITIONS: dict[tuple[DeliveryState, str], DeliveryState] = {
    (DeliveryState.PLANNED, "begin"): DeliveryState.SENDING,
    (DeliveryState.RETRY, "begin"): DeliveryState.SENDING,
    (DeliveryState.UNKNOWN, "begin"): DeliveryState.SENDING,
    (DeliveryState.SENDING, "accepted"): DeliveryState.DELIVERED,
    (DeliveryState.SENDING, "failed for now"): DeliveryState.RETRY,
    (DeliveryState.SENDING, "failed for good"): DeliveryState.DEAD,
    (DeliveryState.SENDING, "process ended"): DeliveryState.UNKNOWN,
    (DeliveryState.DELIVERED, "asked again"): DeliveryState.PLANNED,
    (DeliveryState.DEAD, "asked again"): DeliveryState.PLANNED,
}
DUE = (DeliveryState.PLANNED, DeliveryState.RETRY, DeliveryState.UNKNOWN)
FINAL = (DeliveryState.DELIVERED, DeliveryState.DEAD)
NO_MAIL_SERVER = "no mail server is set (KEMITRAAN_SMTP_URL)"
"""Why mail is waiting."""

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
COOL_DOWN = HOUR
"""The minimum time between two confirmation requests for the same topic."""
MOST_ASKED = 5
"""How many confirmation requests an address gets in a day, whoever causes them."""
LAPSES = timedelta(days=7)
"""The time after which an unconfirmed subscription ends."""
GIVEN_UP = timedelta(days=5)
"""The time without success after which an endpoint is suspended."""
OLD_SECRET_LASTS = DAY
"""How long a webhook is also signed with the previous secret."""
LONGEST_WAIT = DAY
"""The longest wait that Retry-After can ask for."""
# E-mail: increasing delays within the four to five days of RFC 5321 section 4.5.4.1, shortened to a day.
# Webhooks: the schedule suggested by the Standard Webhooks specification.
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
    """No subscription has the token of the confirmation link."""

    kind = "unknown"
    message = "This confirmation link is not valid."
    remedy = "Subscribe again; you will get a new link."


class UnsubscribeUnknown(Refusal):
    """No subscription has the token of the unsubscribe link."""

    kind = "unknown"
    message = "This unsubscribe link is not valid."
    remedy = "Use the link in one of our messages."


class SubscriptionEnded(Refusal):
    """An ended subscription cannot be reopened."""

    kind = "conflict"
    message = "This subscription has ended."
    remedy = "Subscribe again."


class TooOftenAsked(Refusal):
    """Confirmation requests to one address are limited, whoever makes them."""

    kind = "limited"
    message = "This address has been asked to confirm %(most)s times today."
    remedy = "Open one of those messages, or try again tomorrow."


class NoWebhook(Refusal):
    """Only webhooks have a secret and tests."""

    kind = "conflict"
    message = "This subscription is not a webhook: its channel is %(channel)s."
    remedy = "Choose a webhook subscription."


class NotFinished(Refusal):
    """A delivery that is not finished is retried automatically."""

    kind = "conflict"
    message = "This delivery is still under way: its state is “%(state)s”."
    remedy = "Wait until it is delivered or has failed, then send it again."


@dataclass(eq=False)
class Subscription:
    """A subscription of one address to one topic; one token confirms it, another ends it.

    ``ended_reason`` also says why it is suspended.
    """

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
    confirmation: str | None = None
    asked_at: datetime | None = None
    failing_since: datetime | None = None
    previous_secret: str = ""
    previous_until: datetime | None = None

    def confirm(self) -> None:
        """Confirm it, as the owner of the address; confirming again changes nothing."""
        if self.state is SubscriptionState.ENDED:
            raise SubscriptionEnded
        self.state, self.ended_reason, self.failing_since = SubscriptionState.ACTIVE, "", None

    def ask(self, at: datetime) -> bool:
        """Whether to send a confirmation request; not too soon after the previous one."""
        if self.asked_at is not None and at < self.asked_at + COOL_DOWN:
            return False
        self.asked_at = at
        if self.state is SubscriptionState.SUSPENDED:
            self.state = SubscriptionState.PENDING
        return True

    def suspend(self, reason: str) -> None:
        """Suspend it until it is confirmed again, or the endpoint accepts a test."""
        if self.state is not SubscriptionState.ENDED:
            self.state, self.ended_reason = SubscriptionState.SUSPENDED, reason

    def failed(self, at: datetime) -> bool:
        """Record a failure of an endpoint; returns whether it is given up."""
        self.failing_since = self.failing_since or at
        if self.state is SubscriptionState.ACTIVE and at - self.failing_since >= GIVEN_UP:
            self.suspend(f"the endpoint took nothing since {self.failing_since:%Y-%m-%d}")
            return True
        return False

    def change_secret(self, secret: str, at: datetime) -> None:
        """Sign with another secret, and for a while also with the previous one."""
        if self.channel != "webhook":
            raise NoWebhook(channel=self.channel)
        self.previous_secret, self.previous_until = self.secret, at + OLD_SECRET_LASTS
        self.secret = secret

    def secrets_at(self, at: datetime) -> list[str]:
        """The secrets that sign a webhook, newest first."""
        before = self.previous_until is not None and at < self.previous_until
        return [self.secret, *([self.previous_secret] if before and self.previous_secret else [])]

    def end(self, reason: str, at: datetime) -> None:
        """End it; ending it again changes nothing."""
        if self.state is not SubscriptionState.ENDED:
            self.state, self.ended_reason, self.ended_at = SubscriptionState.ENDED, reason, at


@dataclass(eq=False)
class Delivery:
    """One message to one address; its id is the Message-ID and the webhook-id, however often it is tried.

    Without an address its receiver was erased. ``uncertain`` counts how often a process ended while sending
    it: the receiver may have got it more than once.
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
    uncertain: int = 0

    @property
    def version(self) -> int:
        """The version, increased with each attempt."""
        return self.attempts

    def change(self, act: str) -> None:
        """Change the state according to the table."""
        self.state = TRANSITIONS[self.state, act]

    def begin(self) -> None:
        """Begin sending; recorded before it is sent."""
        self.change("begin")
        self.attempts += 1

    def accepted(self, at: datetime) -> None:
        """Record that the receiver has accepted the message."""
        self.change("accepted")
        self.settled_at, self.last_error = at, ""

    def forgotten(self, at: datetime) -> None:
        """Record that the process ended meanwhile: it is unknown whether it was sent."""
        self.change("process ended")
        self.uncertain += 1
        self.next_at = at

    def again(self, at: datetime) -> None:
        """Send it once more, under the same id, at its receiver's request."""
        if self.state not in FINAL:
            raise NotFinished(state=self.state)
        self.change("asked again")
        self.next_at, self.settled_at = at, None

    def failed(self, error: str, at: datetime, *, for_good: bool, wait: timedelta = timedelta()) -> None:
        """Schedule a retry (not before the receiver allows it), or give up.

        It is given up if the failure is permanent or the schedule is exhausted.
        """
        self.last_error = error[:500]
        schedule = RETRIES[self.channel]
        if for_good or self.attempts > len(schedule):
            self.change("failed for good")
            self.settled_at = at
        else:
            self.change("failed for now")
            self.next_at = at + max(schedule[self.attempts - 1], min(wait, LONGEST_WAIT))


@dataclass(eq=False)
class Notice:
    """A notice about one event; ``facts`` are its data, typed by its contract."""

    id: UUID
    agency: str
    event_id: UUID
    event_type: str
    subject: str
    facts: dict[str, Any]
    issued_at: datetime
    deliveries: int = 0
    closed: bool = False
    version: int = 0
    partnership_id: UUID | None = None


@dataclass(eq=False)
class InboxItem:
    """A notice in a person's inbox."""

    id: UUID
    person: str
    person_agency: str
    notice_id: UUID
    received_at: datetime
