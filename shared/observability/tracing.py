"""Tracing (OpenTelemetry), exported over OTLP when an endpoint is set.

Names and attributes follow OpenTelemetry's semantic conventions for HTTP and messaging.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.metadata import version
from typing import NamedTuple

from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.semconv._incubating.attributes import messaging_attributes as messaging
from opentelemetry.semconv.attributes import (
    error_attributes,
    http_attributes,
    server_attributes,
    service_attributes,
    url_attributes,
)
from opentelemetry.trace import (
    INVALID_SPAN,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    get_current_span,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

from shared.refusal import Refusal

__all__ = [
    "Planned",
    "SpanKind",
    "answered",
    "batch",
    "configure_tracing",
    "current_traceparent",
    "is_on",
    "readable",
    "shutdown_tracing",
    "span",
]

HTTP_METHOD = http_attributes.HTTP_REQUEST_METHOD
HTTP_ROUTE = http_attributes.HTTP_ROUTE
HTTP_STATUS = http_attributes.HTTP_RESPONSE_STATUS_CODE
URL_FULL = url_attributes.URL_FULL
URL_PATH = url_attributes.URL_PATH
URL_SCHEME = url_attributes.URL_SCHEME
SERVER_ADDRESS = server_attributes.SERVER_ADDRESS
SERVER_PORT = server_attributes.SERVER_PORT
MESSAGING_SYSTEM = messaging.MESSAGING_SYSTEM
MESSAGING_OPERATION = messaging.MESSAGING_OPERATION_NAME
MESSAGING_OPERATION_TYPE = messaging.MESSAGING_OPERATION_TYPE
MESSAGING_DESTINATION = messaging.MESSAGING_DESTINATION_NAME
MESSAGING_TEMPLATE = messaging.MESSAGING_DESTINATION_TEMPLATE
MESSAGING_CONSUMER = messaging.MESSAGING_CONSUMER_GROUP_NAME
MESSAGING_MESSAGE_ID = messaging.MESSAGING_MESSAGE_ID
MESSAGING_CORRELATION_ID = messaging.MESSAGING_MESSAGE_CONVERSATION_ID
REFUSAL = "kemitraan.refusal"

_provider: TracerProvider | None = None
_tracer: Tracer | None = None
_propagator = TraceContextTextMapPropagator()
_off: AbstractContextManager[Span] = nullcontext(INVALID_SPAN)
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


class Planned(NamedTuple):
    """A span before it begins."""

    name: str
    traceparent: str | None
    attributes: Mapping[str, AttributeValue]


def configure_tracing(service: str, endpoint: str = "") -> None:
    """Send spans of `service` to the OTLP/HTTP collector at `endpoint` (a base URL); empty turns tracing off.

    The provider is not made global, so no library traces on its own account.
    """
    global _provider, _tracer
    shutdown_tracing()
    if not endpoint:
        return
    # Its protocol buffers load slowly, and are needed only if traces are sent.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    url = endpoint if endpoint.endswith("/v1/traces") else f"{endpoint.rstrip('/')}/v1/traces"
    _provider = TracerProvider(
        resource=Resource.create(
            {
                service_attributes.SERVICE_NAME: service,
                service_attributes.SERVICE_VERSION: version("kemitraan"),
            }
        ),
        shutdown_on_exit=False,
    )
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url, timeout=5)))
    _tracer = _provider.get_tracer("kemitraan")


def shutdown_tracing() -> None:
    """Send what is waiting (up to some seconds, so not on an event loop) and turn tracing off."""
    global _provider, _tracer
    provider, _provider, _tracer = _provider, None, None
    if provider is not None:
        provider.shutdown()


def is_on() -> bool:
    """Whether spans are made at all; check it before preparing them."""
    return _tracer is not None


def readable(traceparent: str | None) -> str | None:
    """The W3C traceparent of a request, if it is valid: it is passed on, whether we trace or not."""
    return traceparent if traceparent and _TRACEPARENT.fullmatch(traceparent) else None


def current_traceparent() -> str | None:
    """The W3C traceparent of the current span, or None when tracing is off or nothing is being traced."""
    if _tracer is None:
        return None
    context = get_current_span().get_span_context()
    return _written(context) if context.is_valid else None


def span(
    name: str,
    traceparent: str | None = None,
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Mapping[str, AttributeValue] | None = None,
) -> AbstractContextManager[Span]:
    """Trace a block, below `traceparent` if a valid one is given, else below the current span.

    An exception marks the span as failed; a refusal only records its code, because refusing is no failure.
    """
    if _tracer is None:
        return _off
    return _traced(_tracer, name, _parent(traceparent), kind, attributes)


def batch(kind: SpanKind, planned: Iterable[Planned]) -> AbstractContextManager[list[str]]:
    """Trace work on several messages at once: a span for each, below its own traceparent.

    Yields the traceparent of each span. They begin and end together, and an exception fails them all.
    """
    return nullcontext([]) if _tracer is None else _batched(_tracer, kind, planned)


def answered(current: Span, status: int, failed_from: int) -> None:
    """Record an HTTP status, a failure from `failed_from` on: 400 for a client, 500 for a server."""
    current.set_attribute(HTTP_STATUS, status)
    if status >= failed_from:
        current.set_attribute(error_attributes.ERROR_TYPE, str(status))
        current.set_status(StatusCode.ERROR)


@contextmanager
def _traced(
    tracer: Tracer,
    name: str,
    parent: Context | None,
    kind: SpanKind,
    attributes: Mapping[str, AttributeValue] | None,
) -> Iterator[Span]:
    with tracer.start_as_current_span(
        name, parent, kind, attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except Refusal as refusal:
            current.set_attribute(REFUSAL, refusal.code)
            raise
        except Exception as error:
            _failed(current, error)
            raise


@contextmanager
def _batched(tracer: Tracer, kind: SpanKind, planned: Iterable[Planned]) -> Iterator[list[str]]:
    begun = [
        tracer.start_span(entry.name, _parent(entry.traceparent), kind, entry.attributes) for entry in planned
    ]
    try:
        yield [_written(span.get_span_context()) for span in begun]
    except Exception as error:
        for span in begun:
            _failed(span, error)
        raise
    finally:
        for span in begun:
            span.end()


def _failed(current: Span, error: Exception) -> None:
    current.record_exception(error)
    current.set_attribute(error_attributes.ERROR_TYPE, type(error).__qualname__)
    current.set_status(Status(StatusCode.ERROR, type(error).__name__))


def _parent(traceparent: str | None) -> Context | None:
    return _propagator.extract({"traceparent": traceparent}) if traceparent else None


def _written(context: SpanContext) -> str:
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
