"""Webhook channel: payload, signature (Standard Webhooks) and interpretation of responses."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.metadata import version
from typing import Any
from uuid import UUID

import aiohttp
from pydantic import BaseModel, Field
from standardwebhooks import Webhook
from yarl import URL

from services.notifications.adapters import words
from services.notifications.adapters.message import Message, Rejected, sending
from services.notifications.commands.notices import TEST
from shared.contracts.event import latest
from shared.http.outgoing import OutgoingGuard, OutgoingRefused
from shared.observability import tracing

SECONDS = 10
BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


class WebhookNotice(BaseModel):
    """The body of a webhook: a Standard Webhooks payload whose ``data`` are those of the event.

    The schema of ``data`` is that of ``type`` (``/schemas/{type}.json``). The header webhook-id stays the
    same however often a notice is sent.
    """

    type: str = Field(description="The event's type with its version, or notifications.test.v1.")
    timestamp: datetime = Field(description="When it was told.")
    event_id: UUID
    agency: str = Field(description="The agency whose event it is.")
    partnership_id: UUID | None = None
    partnership: str = Field("", description="What the partnership is called, where that is known.")
    url: str = Field(description="The page on which the thing itself stands.")
    data: dict[str, Any]


class WebhookChannel:
    """Posts a signed request (Standard Webhooks) if the guard allows it, without following redirects."""

    def __init__(self, session: aiohttp.ClientSession, guard: OutgoingGuard, public_url: str) -> None:
        self.session = session
        self.guard = guard
        self.public_url = public_url.rstrip("/")
        self.agent = f"Kemitraan/{version('kemitraan')} (+{self.public_url})"

    async def send(self, message: Message, now: datetime) -> None:
        """Post the notice; raises :class:`Rejected`."""
        body = self.payload(message).model_dump_json()
        signed = (Webhook(secret).sign(message.delivery_id, now, body) for secret in message.secrets)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": self.agent,
            "webhook-id": message.delivery_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signed),
            "X-Correlation-ID": message.correlation_id,
        }
        try:
            url = self.guard.url(message.address)
            # The path of a webhook is often its password.
            asked = {tracing.HTTP_METHOD: "POST", tracing.URL_FULL: f"{url.origin()}/REDACTED"}
            with sending("POST", message, url.raw_host or "", url.port or 0, asked) as current:
                if carried := tracing.current_traceparent() or message.traceparent:
                    headers["traceparent"] = carried
                status, wait = await self._post(url, body, headers)
                tracing.answered(current, status, failed_from=400)
        except OutgoingRefused as refused:
            raise Rejected(str(refused), for_good=True) from refused
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Rejected(type(error).__name__) from error
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            later = after(wait, now) if status in BUSY else timedelta()
            raise Rejected(f"the endpoint answered {status}", gone=status == HTTPStatus.GONE, wait=later)

    def payload(self, message: Message) -> WebhookNotice:
        """What is sent."""
        return WebhookNotice(
            type=f"{message.event_type}.v{_version(message.event_type)}",
            timestamp=message.issued_at,
            event_id=UUID(message.event_id),
            agency=message.agency,
            partnership_id=message.partnership_id,
            partnership=message.partnership,
            url=self.public_url + words.page(message),
            data=message.facts,
        )

    async def _post(self, url: URL, body: str, headers: dict[str, str]) -> tuple[int, str]:
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        async with self.session.post(
            url, data=body, headers=headers, timeout=timeout, allow_redirects=False
        ) as answer:
            return answer.status, answer.headers.get("Retry-After", "")


def after(retry_after: str, now: datetime) -> timedelta:
    """The wait that Retry-After asks for (RFC 9110: seconds, or a date); zero if it cannot be read."""
    if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 10:
        return timedelta(seconds=int(retry_after))
    try:
        return max(parsedate_to_datetime(retry_after) - now, timedelta())
    except (ValueError, TypeError):
        return timedelta()


def _version(event_type: str) -> int:
    return 1 if event_type == TEST else latest(event_type).event_version
