"""Message of a delivery, and the errors of channels."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from opentelemetry.trace import Span
from opentelemetry.util.types import AttributeValue

from shared.i18n import Locale
from shared.observability import tracing
from shared.observability.tracing import SpanKind


@dataclass(frozen=True, slots=True)
class Message:
    """Everything that a channel needs, read from the database before sending.

    ``wanted`` is False if the subscription has ended since the delivery was planned. ``partnership`` and
    ``area`` describe the partnership, ``scope`` and ``value`` the topic of the subscription.
    """

    delivery_id: str
    channel: str
    address: str
    locale: Locale
    event_type: str
    facts: dict[str, Any]
    agency: str
    partnership_id: UUID | None
    partnership: str
    area: str
    scope: str
    value: str
    correlation_id: str
    traceparent: str | None
    token: str
    confirmation: str
    secrets: tuple[str, ...]
    event_id: str
    issued_at: datetime
    wanted: bool


class Rejected(Exception):
    """The receiver did not accept the message; ``for_good`` if trying again cannot help.

    ``gone``: the endpoint says that it no longer exists; ``no_mailbox``: the mail server says so of the
    address.
    """

    def __init__(
        self,
        reason: str,
        *,
        for_good: bool = False,
        gone: bool = False,
        no_mailbox: bool = False,
        wait: timedelta = timedelta(),
    ) -> None:
        super().__init__(reason)
        self.for_good = for_good
        self.gone = gone
        self.no_mailbox = no_mailbox
        self.wait = wait


def sending(
    name: str, message: Message, host: str, port: int, more: Mapping[str, str] | None = None
) -> AbstractContextManager[Span]:
    """The span of one attempt, below the work that planned the delivery."""
    attributes: dict[str, AttributeValue] = {
        tracing.SERVER_ADDRESS: host,
        tracing.SERVER_PORT: port,
        "kemitraan.delivery": message.delivery_id,
        **(more or {}),
    }
    return tracing.span(name, message.traceparent, SpanKind.CLIENT, attributes)
