"""Spans reach a real OTLP receiver with their parents across a traceparent, and nothing is made when off."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from shared.observability import tracing
from shared.observability.tracing import (
    SpanKind,
    configure_tracing,
    current_traceparent,
    shutdown_tracing,
    span,
)
from shared.refusal import Refusal


class NotToday(Refusal):
    message = "Not today."


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[str, list[ExportTraceServiceRequest]]]:
    received: list[ExportTraceServiceRequest] = []

    async def traces(request: web.Request) -> web.Response:
        received.append(ExportTraceServiceRequest.FromString(await request.read()))
        return web.Response(content_type="application/x-protobuf")

    app = web.Application()
    app.router.add_post("/v1/traces", traces)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", received
    await asyncio.to_thread(shutdown_tracing)
    await runner.cleanup()


def by_name(received: list[ExportTraceServiceRequest]) -> dict[str, Any]:
    return {
        one.name: one
        for request in received
        for r in request.resource_spans
        for s in r.scope_spans
        for one in s.spans
    }


async def test_a_trace_runs_from_request_to_handler_across_a_traceparent(
    receiver: tuple[str, list[ExportTraceServiceRequest]],
) -> None:
    url, received = receiver
    configure_tracing("partners", url)
    with span("POST /x", kind=SpanKind.SERVER, attributes={tracing.HTTP_METHOD: "POST"}):
        carried = current_traceparent()
    assert carried is not None
    assert current_traceparent() is None
    with span("handle", carried, SpanKind.CONSUMER, {tracing.MESSAGING_SYSTEM: "nats"}) as current:
        current.set_attribute(tracing.MESSAGING_MESSAGE_ID, "e-1")
    await asyncio.to_thread(shutdown_tracing)

    spans = by_name(received)
    assert spans["handle"].trace_id == spans["POST /x"].trace_id
    assert spans["handle"].parent_span_id == spans["POST /x"].span_id
    version, trace, parent, flags = carried.split("-")
    assert (version, trace, parent) == ("00", spans["POST /x"].trace_id.hex(), spans["POST /x"].span_id.hex())
    assert int(flags, 16) & 1  # sampled
    names = {attribute.key: attribute.value.string_value for attribute in spans["handle"].attributes}
    assert names == {"messaging.system": "nats", "messaging.message.id": "e-1"}
    resource = received[0].resource_spans[0].resource.attributes
    assert {a.key: a.value.string_value for a in resource}["service.name"] == "partners"


async def test_a_failure_marks_its_span_and_a_refusal_does_not(
    receiver: tuple[str, list[ExportTraceServiceRequest]],
) -> None:
    url, received = receiver
    configure_tracing("partners", f"{url}/v1/traces")
    with pytest.raises(ZeroDivisionError), span("broken"):
        _ = 1 / 0
    with pytest.raises(NotToday), span("refused"):
        raise NotToday
    with span("orphan", "no traceparent at all"):
        pass
    await asyncio.to_thread(shutdown_tracing)

    spans = by_name(received)
    assert spans["broken"].status.code == 2
    assert spans["broken"].events[0].name == "exception"
    assert spans["refused"].status.code == 0
    assert {a.key: a.value.string_value for a in spans["refused"].attributes} == {
        "kemitraan.refusal": "not-today"
    }
    assert spans["orphan"].parent_span_id == b""


def test_without_an_endpoint_nothing_is_made() -> None:
    configure_tracing("partners", "")
    assert tracing.tracer_provider() is None
    parent = "00-" + "1" * 32 + "-" + "2" * 16 + "-01"
    assert span("a", parent) is span("b")
    with span("a", parent) as current:
        current.set_attribute("x", 1)
        assert current_traceparent() is None
        assert not current.is_recording()
