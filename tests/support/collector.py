"""A real OTLP/HTTP collector on loopback that keeps the spans it is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.trace import SpanKind


@dataclass(frozen=True)
class Collected:
    """One span as it came over the wire, its ids in hexadecimal."""

    name: str
    kind: SpanKind
    trace: str
    id: str
    parent: str
    failed: bool
    attributes: dict[str, Any]
    exceptions: tuple[str, ...]
    service: str


@dataclass
class Collector:
    """Where it listens, and what it was sent."""

    url: str
    spans: list[Collected] = field(default_factory=list)

    def named(self, name: str) -> Collected:
        """The one span of that name."""
        (found,) = [span for span in self.spans if span.name == name]
        return found

    def below(self, parent: str, depth: int = 0) -> list[str]:
        """The names of the spans below one, each level further in, siblings by name."""
        lines: list[str] = []
        for child in sorted(self.children(parent), key=_shown):
            lines += ["  " * depth + _shown(child), *self.below(child.id, depth + 1)]
        return lines

    def children(self, parent: str) -> list[Collected]:
        """The spans directly below one."""
        return [span for span in self.spans if span.parent == parent]


def _shown(one: Collected) -> str:
    consumer = one.attributes.get("messaging.consumer.group.name")
    return f"{one.name} by {consumer}" if consumer else one.name


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """A collector that runs."""

    async def traces(request: web.Request) -> web.Response:
        here.spans += _read(ExportTraceServiceRequest.FromString(await request.read()))
        return web.Response(content_type="application/x-protobuf")

    app = web.Application()
    app.router.add_post("/v1/traces", traces)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    here = Collector(f"http://127.0.0.1:{runner.addresses[0][1]}")
    try:
        yield here
    finally:
        await runner.cleanup()


def _read(request: ExportTraceServiceRequest) -> Iterator[Collected]:
    for resource in request.resource_spans:
        service = _values(resource.resource.attributes)["service.name"]
        for span in (span for scope in resource.scope_spans for span in scope.spans):
            yield Collected(
                name=span.name,
                kind=SpanKind(span.kind - 1),
                trace=span.trace_id.hex(),
                id=span.span_id.hex(),
                parent=span.parent_span_id.hex(),
                failed=span.status.code == 2,
                attributes=_values(span.attributes),
                exceptions=tuple(event.name for event in span.events),
                service=service,
            )


def _values(attributes: Any) -> dict[str, Any]:
    return {
        attribute.key: getattr(attribute.value, attribute.value.WhichOneof("value"))
        for attribute in attributes
    }
