"""One trace and one correlation id from the request to the delivered notices, over real parts."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from opentelemetry.trace import SpanKind

from services.registry import service
from shared.database import outbox
from shared.events import cursor
from shared.observability.logging import configure_logging
from shared.observability.tracing import configure_tracing, shutdown_tracing
from tests.support.collector import Collector, collecting
from tests.support.smtp import SmtpSink
from tests.support.system import System, system
from tests.support.wait import eventually
from tests.support.webhook import Received, WebhookReceiver

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{CALLER}-01"
CORRELATION = "the-last-signature"
EXPECTED = """\
POST /api/partners/v1/partnerships/{partnership_id}/signatures
  sign_charter
    publish evt.*.partners.charter-endorsed.v1.*
    publish evt.*.partners.partnership-signed.v2.*
      process evt.*.partners.partnership-signed.v2.* by notifications-known
      process evt.*.partners.partnership-signed.v2.* by notifications-notify
        POST
        deliver email
        publish evt.*.notifications.notice-delivered.v1.*
        publish evt.*.notifications.notice-issued.v1.*
      process evt.*.partners.partnership-signed.v2.* by programs-partnerships
"""


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    """Tracing is on, and goes there."""
    async with collecting() as here:
        configure_tracing("kemitraan", here.url)
        yield here
        await asyncio.to_thread(shutdown_tracing)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The log of this process, as JSON lines."""
    handlers, level = logging.root.handlers[:], logging.root.level
    stream = io.StringIO()
    configure_logging("debug", "json", stream)
    yield stream
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


async def play(folder: Path, smtp: SmtpSink, webhook: WebhookReceiver) -> Received:
    """A last signature with a traceparent, told by e-mail, webhook and inbox; returns the webhook request."""
    services = [service(name) for name in ("partners", "programs", "notifications")]
    async with system(folder, services, smtp_url=smtp.url) as here:
        partnership, police, village = await here.signed_partnership()
        await eventually(lambda: notices(here), message="the first signature is told, to nobody yet")
        await subscribe(here, smtp, webhook)
        base = f"/api/partners/v1/partnerships/{partnership}"
        charter = {"vision": "A better life", "mission": "Together", "means": ["act"]}
        await here.call("POST", f"{base}/charter", charter, token=here.representative(police))
        body = {"charter_version": 2}
        await here.call("POST", f"{base}/signatures", body, token=here.representative(police))
        ids = {"traceparent": TRACEPARENT, "X_Correlation_Id": CORRELATION}
        last = await here.call("POST", f"{base}/signatures", body, token=here.representative(village), **ids)
        assert (last.status, last.body["state"]) == (201, "signed")
        await eventually(lambda: finished(here))
    (received,) = webhook.received
    return received


async def subscribe(here: System, smtp: SmtpSink, webhook: WebhookReceiver) -> None:
    """By all three channels."""
    path, token = "/api/notifications/v1/subscriptions", here.token("coordinator")
    await here.call("POST", path, {"channel": "email", "address": "warga@example.org"})
    await here.call("POST", path, {"channel": "webhook", "address": webhook.url}, token=token)
    await here.call("POST", path, {"channel": "inbox"}, token=token)
    await eventually(lambda: smtp.messages)
    link = re.search(r"token=([\w-]+)", smtp.messages[0].get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert link
    await here.call("POST", "/api/notifications/v1/confirmations", {"token": link[1]})


async def notices(here: System) -> list[Any]:
    """What was told."""
    answer = await here.call("GET", "/api/notifications/v1/notices", token=here.token("coordinator"))
    found: list[Any] = answer.body["items"]
    return found


async def finished(here: System) -> bool:
    """Whether all three are delivered, all events published, and the last signature followed."""
    path = f"/api/notifications/v1/deliveries?correlation_id={CORRELATION}"
    found = (await here.call("GET", path, token=here.token("coordinator"))).body["items"]
    partners, programs, notifications = (runtime.database for runtime in here.runtimes)
    waiting = [(await item.read(outbox.backlog)).pending for item in (partners, notifications)]
    last = await partners.read(outbox.last_published)
    followed = await programs.read(lambda session: cursor.load(session, "partnerships"))
    assert last
    assert followed
    return (
        [item["state"] for item in found] == ["delivered"] * 3
        and waiting == [0, 0]
        and followed.stream_sequence == last[1]
    )


async def test_one_trace_leads_from_the_request_to_the_delivered_notices(
    tmp_path: Path, smtp: SmtpSink, webhook: WebhookReceiver, collector: Collector
) -> None:
    received = await play(tmp_path, smtp, webhook)
    await asyncio.to_thread(shutdown_tracing)

    assert "\n".join(collector.below(CALLER)) + "\n" == EXPECTED
    assert {span.trace for span in collector.spans if span.parent == CALLER} == {TRACE}
    assert len([span for span in collector.spans if span.trace == TRACE]) == EXPECTED.count("\n")
    (request,) = collector.children(CALLER)
    assert request.kind is SpanKind.SERVER
    assert request.attributes["http.request.method"] == "POST"
    assert request.attributes["http.route"] == request.name.removeprefix("POST ")
    assert request.attributes["http.response.status_code"] == 201
    posted = next(span for span in collector.spans if span.trace == TRACE and span.name == "POST")
    assert posted.kind is SpanKind.CLIENT
    assert posted.attributes["http.response.status_code"] == 204
    assert posted.attributes["url.full"] == f"http://127.0.0.1:{webhook.port}/REDACTED"
    assert received.headers["traceparent"] == f"00-{TRACE}-{posted.id}-01"
    for span in (span for span in collector.spans if span.trace == TRACE and "evt." in span.name):
        assert span.kind is (SpanKind.PRODUCER if span.name.startswith("publish") else SpanKind.CONSUMER)
        assert span.attributes["messaging.system"] == "nats"
        assert span.attributes["messaging.message.conversation_id"] == CORRELATION


async def test_without_tracing_the_callers_ids_travel_all_the_same(
    tmp_path: Path, smtp: SmtpSink, webhook: WebhookReceiver, lines: io.StringIO
) -> None:
    received = await play(tmp_path, smtp, webhook)

    assert received.headers["traceparent"] == TRACEPARENT
    assert received.headers["X-Correlation-ID"] == CORRELATION
    assert smtp.messages[-1]["X-Correlation-ID"] == CORRELATION
    written: list[dict[str, Any]] = [json.loads(line) for line in lines.getvalue().splitlines()]
    ours = [line for line in written if line.get("correlation_id") == CORRELATION]
    assert [line["reaction"] for line in ours if line["event"] == "reaction"] == ["notify"]
    delivered = sorted(line["channel"] for line in ours if line["event"] == "delivery")
    assert delivered == ["email", "inbox", "webhook"]
    assert len({line["causation_id"] for line in ours}) == 1, "all of it was caused by the one event"
