"""Request and response types of the notifications API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from services.notifications.model import Delivery, Notice, Subscription
from shared.fields import Storable
from shared.http.idempotency import ShownOnce

Text = Annotated[str, Storable]
Token = Annotated[str, Query(max_length=100), Storable]


class SubscriptionOut(BaseModel):
    """A subscription; only its owner sees its address. ``reason``: why it is suspended or ended."""

    id: UUID
    scope: str
    value: str
    channel: str
    address: str
    locale: str
    state: str
    reason: str
    failing_since: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, subscription: Subscription) -> Self:
        """The view of a subscription."""
        return cls.model_validate({**vars(subscription), "reason": subscription.ended_reason})


class SubscriptionMade(SubscriptionOut):
    """A new subscription, or one with a new secret; a webhook's signing secret is shown only this once."""

    secret: ShownOnce


class StateOut(BaseModel):
    """The state of a subscription, for anyone who has its link."""

    state: str

    @classmethod
    def of(cls, subscription: Subscription) -> Self:
        """The view for a link."""
        return cls(state=subscription.state)


class LinkOut(BaseModel):
    """What a link is about, for anyone who has it; reading it changes nothing."""

    state: str
    scope: str
    value: str
    topic: str
    address: str
    locale: str


class NoticeOut(BaseModel):
    """What was sent about an event."""

    id: UUID
    event_id: UUID
    event_type: str
    subject: str
    issued_at: datetime
    partnership_id: UUID | None
    deliveries: int
    closed: bool

    @classmethod
    def of(cls, notice: Notice) -> Self:
        """The view of a notice."""
        return cls.model_validate(notice, from_attributes=True)


class DeliveryOut(BaseModel):
    """One delivery in the log; its address is masked.

    ``uncertain`` counts how often a process ended while sending it: the receiver may have got it more than
    once.
    """

    id: UUID
    notice_id: UUID
    subscription_id: UUID
    channel: str
    address: str
    correlation_id: str
    state: str
    attempts: int
    uncertain: int
    last_error: str
    planned_at: datetime
    next_at: datetime
    settled_at: datetime | None

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """The view of a delivery."""
        return cls.model_validate({**vars(delivery), "address": masked(delivery.address)})


class InboxOut(BaseModel):
    """A notice in your inbox."""

    id: UUID
    received_at: datetime
    notice: NoticeOut


def masked(address: str | None) -> str:
    """Enough of an address to recognise it, not enough to use it; nothing of an erased one."""
    if address is None:
        return ""
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:1]}…@{domain}"
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}/…" if parts.hostname else f"{parts.scheme}:…"
