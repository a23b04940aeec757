"""Spans reach a real OTLP receiver with their parents across a traceparent, and nothing is made when off."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.observability import tracing
from shared.observability.tracing import (
    Planned,
    SpanKind,
    answered,
    batch,
    configure_tracing,
    current_traceparent,
    readable,
    shutdown_tracing,
    span,
)
from shared.refusal import Refusal
from tests.support.collector import Collector, collecting

PARENT = "00-" + "1" * 32 + "-" + "2" * 16 + "-01"


class NotToday(Refusal):
    message = "Not today."


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    async with collecting() as here:
        configure_tracing("partners", here.url)
        yield here
        await asyncio.to_thread(shutdown_tracing)


async def sent() -> None:
    """Have everything sent."""
    await asyncio.to_thread(shutdown_tracing)


async def test_a_trace_runs_from_request_to_handler_across_a_traceparent(collector: Collector) -> None:
    with span("POST /x", kind=SpanKind.SERVER, attributes={tracing.HTTP_METHOD: "POST"}) as request:
        carried = current_traceparent()
        answered(request, 404, failed_from=500)
    assert carried is not None
    assert current_traceparent() is None
    with span("handle", carried, SpanKind.CONSUMER, {tracing.MESSAGING_SYSTEM: "nats"}) as current:
        current.set_attribute(tracing.MESSAGING_MESSAGE_ID, "e-1")
    await sent()

    request_span, handle = collector.named("POST /x"), collector.named("handle")
    assert (handle.trace, handle.parent) == (request_span.trace, request_span.id)
    assert carried.startswith(f"00-{request_span.trace}-{request_span.id}-")
    assert int(carried[-2:], 16) & 1, "sampled"
    assert readable(carried) == carried
    assert handle.attributes == {"messaging.system": "nats", "messaging.message.id": "e-1"}
    assert request_span.attributes["http.response.status_code"] == 404
    assert not request_span.failed, "what the caller did wrong is no failure of the server"
    assert handle.service == "partners"


async def test_a_failure_marks_its_span_and_a_refusal_does_not(collector: Collector) -> None:
    with pytest.raises(ZeroDivisionError), span("broken"):
        _ = 1 / 0
    with pytest.raises(NotToday), span("refused"):
        raise NotToday
    with span("orphan", "no traceparent at all"):
        pass
    with span("failed upstream") as current:
        answered(current, 503, failed_from=400)
    await sent()

    broken, refused = collector.named("broken"), collector.named("refused")
    assert broken.failed
    assert broken.exceptions == ("exception",)
    assert broken.attributes["error.type"] == "ZeroDivisionError"
    assert not refused.failed
    assert refused.attributes == {"kemitraan.refusal": "not-today"}
    assert collector.named("orphan").parent == ""
    assert collector.named("failed upstream").attributes["error.type"] == "503"


async def test_each_of_a_batch_has_its_own_parent_and_all_fail_together(collector: Collector) -> None:
    other = PARENT.replace("1", "3")
    with batch(SpanKind.PRODUCER, [Planned("a", PARENT, {}), Planned("b", other, {})]) as carried:
        assert [item.split("-")[1] for item in carried] == ["1" * 32, "3" * 32]
    with pytest.raises(OSError, match="away"), batch(SpanKind.PRODUCER, [Planned("c", PARENT, {})]):
        raise OSError("away")
    await sent()

    a, b, c = (collector.named(name) for name in "abc")
    assert [a.id, b.id] == [item.split("-")[2] for item in carried]
    assert a.parent == b.parent == "2" * 16
    assert (a.failed, b.failed, c.failed) == (False, False, True)


@pytest.mark.parametrize("header", [None, "", "00-1-2-01", f"{PARENT}-x", "x" * 55])
def test_what_is_no_traceparent_is_not_carried_on(header: str | None) -> None:
    assert readable(header) is None


def test_without_an_endpoint_nothing_is_made() -> None:
    configure_tracing("partners", "")
    assert not tracing.is_on()
    assert span("a", PARENT) is span("b")
    with span("a", PARENT) as current:
        current.set_attribute("x", 1)
        assert current_traceparent() is None
        assert not current.is_recording()
    with batch(SpanKind.PRODUCER, [Planned("a", PARENT, {})]) as carried:
        assert carried == []
