"""Subscriptions, the inbox and the log of deliveries over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field, model_validator
from starlette.responses import Response

from services.notifications import commands, queries
from services.notifications.model import Delivery, Notice, Subscription
from services.notifications.permissions import PERMISSIONS
from shared.http.door import DoorDep
from shared.http.fields import Storable
from shared.http.idempotency import ShownOnce
from shared.http.limits import public_writes
from shared.http.paging import Page, PageDep

router = APIRouter(prefix="/v1")
Text = Annotated[str, Storable]
Token = Annotated[str, Query(max_length=100), Storable]


class SubscriptionIn(BaseModel):
    """Which notices to send where; ``value`` is the agency's slug or the partnership's id."""

    scope: commands.Scope = "all"
    value: Annotated[str, Field(max_length=100), Storable] = ""
    channel: commands.Channel
    address: Annotated[str, Field(max_length=500), Storable] = ""
    locale: Literal["id", "en"] = "id"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.scope == "all") != (self.value == ""):
            raise ValueError("value is given exactly when the scope is agency or partnership")
        if self.scope == "partnership":
            self.value = str(UUID(self.value))  # as events have it, however it was written
        if self.channel == "email":
            try:
                self.address = validate_email(self.address, check_deliverability=False).normalized
            except EmailNotValidError as error:
                raise ValueError(f"address: {error}") from error
        return self


class SubscriptionOut(BaseModel):
    """A subscription; its address is shown to its owner alone."""

    id: UUID
    scope: str
    value: str
    channel: str
    address: str
    locale: str
    state: str
    created_at: datetime

    @classmethod
    def of(cls, subscription: Subscription) -> Self:
        """The view of a subscription."""
        return cls.model_validate(subscription, from_attributes=True)


class SubscriptionMade(SubscriptionOut):
    """A new subscription; a webhook's signing secret is shown this once."""

    secret: ShownOnce


class StateOut(BaseModel):
    """Where a subscription stands, for whoever holds its link."""

    state: str

    @classmethod
    def of(cls, subscription: Subscription) -> Self:
        """The view for a link."""
        return cls(state=subscription.state)


class TokenIn(BaseModel):
    """The token of a link."""

    token: Annotated[str, Field(min_length=10, max_length=100), Storable]


class NoticeOut(BaseModel):
    """What was told about an event."""

    id: UUID
    event_id: UUID
    event_type: str
    subject: str
    issued_at: datetime
    deliveries: int
    closed: bool

    @classmethod
    def of(cls, notice: Notice) -> Self:
        """The view of a notice."""
        return cls.model_validate(notice, from_attributes=True)


class DeliveryOut(BaseModel):
    """One delivery in the log; its address is masked."""

    id: UUID
    notice_id: UUID
    channel: str
    address: str
    correlation_id: str
    state: str
    attempts: int
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


@router.post(
    "/subscriptions", status_code=201, response_model=SubscriptionMade, dependencies=[Depends(public_writes)]
)
async def subscribe(body: SubscriptionIn, door: DoorDep) -> Response:
    """Subscribe. E-mail needs no account but a confirmation; webhooks need the role coordinator.

    A webhook's address is a public endpoint, written plainly; it is checked now and before each delivery.
    """
    if body.channel == "webhook" and body.address:
        PERMISSIONS["subscribe_webhook"].require_role(door.actor)  # before anything is looked up for nobody
        await door.runtime.outgoing.check(body.address)
    agency = body.value if body.scope == "agency" else door.actor.agency
    command = commands.Subscribe(body.scope, body.value, body.channel, body.address, body.locale, agency)
    return await door.create(commands.subscribe, command, SubscriptionMade.of)


@router.get("/subscriptions")
async def list_subscriptions(door: DoorDep) -> list[SubscriptionOut]:
    """One's own subscriptions."""
    return [SubscriptionOut.of(one) for one in await door.read(queries.subscriptions_of, door.actor)]


@router.delete("/subscriptions/{subscription_id}", response_model=SubscriptionOut)
async def end_subscription(subscription_id: UUID, door: DoorDep) -> Response:
    """End one's own subscription."""
    command = commands.EndSubscription(subscription_id)
    return await door.do(commands.end_subscription, command, SubscriptionOut.of)


@router.post("/confirmations", response_model=StateOut, dependencies=[Depends(public_writes)])
async def confirm(body: TokenIn, door: DoorDep) -> Response:
    """Confirm an e-mail subscription."""
    return await door.do(commands.confirm, commands.ByToken(body.token), StateOut.of)


@router.get("/confirm", response_model=StateOut, dependencies=[Depends(public_writes)])
async def confirm_by_link(token: Token, door: DoorDep) -> Response:
    """Confirm by opening the link of the confirmation message."""
    return await door.do(commands.confirm, commands.ByToken(token), StateOut.of)


@router.post("/unsubscribe", response_model=StateOut, dependencies=[Depends(public_writes)])
async def unsubscribe(token: Token, door: DoorDep) -> Response:
    """End a subscription with one click (RFC 8058)."""
    return await door.do(commands.unsubscribe, commands.ByToken(token), StateOut.of)


@router.get("/notices")
async def list_notices(door: DoorDep, paging: PageDep) -> Page[NoticeOut]:
    """What the own agency told (its administrators, coordinators and auditors)."""
    found = await door.read(queries.list_notices, paging.after, paging.limit + 1)
    return paging.page(found, NoticeOut.of, lambda one: one.id)


@router.get("/deliveries")
async def list_deliveries(
    door: DoorDep,
    paging: PageDep,
    correlation_id: Annotated[Text, Query(max_length=200)] | None = None,
    notice_id: UUID | None = None,
) -> Page[DeliveryOut]:
    """The log of deliveries of the own agency's notices, with masked addresses."""
    found = await door.read(
        queries.list_deliveries, correlation_id, notice_id, paging.after, paging.limit + 1
    )
    return paging.page(found, DeliveryOut.of, lambda one: one.id)


@router.get("/inbox")
async def read_inbox(door: DoorDep, paging: PageDep) -> Page[InboxOut]:
    """One's own inbox."""
    found = await door.read(queries.inbox_of, door.actor, paging.after, paging.limit + 1)
    return paging.page(
        found,
        lambda pair: InboxOut(id=pair[0].id, received_at=pair[0].received_at, notice=NoticeOut.of(pair[1])),
        lambda pair: pair[0].id,
    )
