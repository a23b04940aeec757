"""What the doors of the notifications take, and how they show it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from fastapi import Query
from pydantic import BaseModel, Field, model_validator

from services.notifications.model import Delivery, Notice, Subscription
from shared.contracts.vocabulary import Channel, Scope
from shared.fields import RequestBody, Storable
from shared.http.idempotency import ShownOnce

Text = Annotated[str, Storable]
Token = Annotated[str, Query(max_length=100), Storable]


class SubscriptionIn(RequestBody):
    """Which notices to send where; ``value`` is the agency's slug or the partnership's id.

    An inbox has no address: it is that of whoever asks.
    """

    scope: Scope = Scope.ALL
    value: Annotated[str, Field(max_length=100), Storable] = ""
    channel: Channel
    address: Annotated[str, Field(max_length=500), Storable] = ""
    locale: Literal["id", "en"] = "id"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.scope == "all") != (self.value == ""):
            raise ValueError("value is given exactly when the scope is agency or partnership")
        if self.scope == "partnership":
            self.value = str(UUID(self.value))  # as events have it, however it was written
        if self.channel == "inbox" and self.address:
            raise ValueError("address: an inbox has none, it is one's own")
        if self.channel == "email":
            try:
                # The domain in ASCII; letters beyond it before the @ are not taken by every mail server.
                checked = validate_email(self.address, check_deliverability=False, allow_smtputf8=False)
                self.address = checked.ascii_email or checked.normalized
            except EmailNotValidError as error:
                raise ValueError(f"address: {error}") from error
        return self


class SubscriptionOut(BaseModel):
    """A subscription; its address is shown to its owner alone. ``reason``: why it is suspended or ended."""

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
    """A new subscription, or one with a new secret; a webhook's signing secret is shown this once."""

    secret: ShownOnce


class StateOut(BaseModel):
    """Where a subscription stands, for whoever holds its link."""

    state: str

    @classmethod
    def of(cls, subscription: Subscription) -> Self:
        """The view for a link."""
        return cls(state=subscription.state)


class LinkOut(BaseModel):
    """What a link is about, for whoever holds it: nothing is changed by asking."""

    state: str
    scope: str
    value: str
    topic: str
    address: str
    locale: str


class TokenIn(RequestBody):
    """The token of a link."""

    token: Annotated[str, Field(min_length=10, max_length=100), Storable]


class NoticeOut(BaseModel):
    """What was told about an event."""

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

    ``uncertain`` counts how often a process ended while it was sent: so often it may have gone twice.
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
    """A notice in one's inbox."""

    id: UUID
    received_at: datetime
    notice: NoticeOut


def masked(address: str | None) -> str:
    """Enough of an address to recognise it, not enough to use it; of an erased one nothing."""
    if address is None:
        return ""
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:1]}…@{domain}"
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}/…" if parts.hostname else f"{parts.scheme}:…"
