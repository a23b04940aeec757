"""Traces along the path of the work, sent over OTLP when an endpoint is set and next to free when none is."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.semconv._incubating.attributes import messaging_attributes as messaging
from opentelemetry.semconv.attributes import (
    db_attributes,
    error_attributes,
    http_attributes,
    service_attributes,
)
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, Status, StatusCode, Tracer, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

from shared.refusal import Refusal

__all__ = [
    "SpanKind",
    "configure_tracing",
    "current_traceparent",
    "shutdown_tracing",
    "span",
    "tracer_provider",
]

HTTP_METHOD = http_attributes.HTTP_REQUEST_METHOD
HTTP_ROUTE = http_attributes.HTTP_ROUTE
HTTP_STATUS = http_attributes.HTTP_RESPONSE_STATUS_CODE
DB_SYSTEM = db_attributes.DB_SYSTEM_NAME
DB_OPERATION = db_attributes.DB_OPERATION_NAME
MESSAGING_SYSTEM = messaging.MESSAGING_SYSTEM
MESSAGING_OPERATION = messaging.MESSAGING_OPERATION_NAME
MESSAGING_DESTINATION = messaging.MESSAGING_DESTINATION_NAME
MESSAGING_CONSUMER = messaging.MESSAGING_CONSUMER_GROUP_NAME
MESSAGING_MESSAGE_ID = messaging.MESSAGING_MESSAGE_ID
MESSAGING_CORRELATION_ID = messaging.MESSAGING_MESSAGE_CONVERSATION_ID
MESSAGING_BATCH_SIZE = messaging.MESSAGING_BATCH_MESSAGE_COUNT
REFUSAL = "kemitraan.refusal"

_provider: TracerProvider | None = None
_tracer: Tracer | None = None
_propagator = TraceContextTextMapPropagator()
_off: AbstractContextManager[Span] = nullcontext(INVALID_SPAN)


def configure_tracing(service: str, endpoint: str = "") -> None:
    """Send spans of `service` to the OTLP/HTTP collector at `endpoint` (a base URL); empty turns tracing off.

    The provider is not made global: what wants one is given :func:`tracer_provider`.
    """
    global _provider, _tracer
    shutdown_tracing()
    if not endpoint:
        return
    url = endpoint if endpoint.endswith("/v1/traces") else f"{endpoint.rstrip('/')}/v1/traces"
    _provider = TracerProvider(
        resource=Resource.create({service_attributes.SERVICE_NAME: service}), shutdown_on_exit=False
    )
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url, timeout=5)))
    _tracer = _provider.get_tracer("kemitraan")


def shutdown_tracing() -> None:
    """Send what is waiting (up to some seconds, so not on an event loop) and turn tracing off."""
    global _provider, _tracer
    provider, _provider, _tracer = _provider, None, None
    if provider is not None:
        provider.shutdown()


def tracer_provider() -> TracerProvider | None:
    """The provider for a library's own middleware, or None when tracing is off."""
    return _provider


def current_traceparent() -> str | None:
    """The W3C traceparent of the current span, or None when tracing is off or nothing is being traced."""
    if _tracer is None:
        return None
    context = get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def span(
    name: str,
    traceparent: str | None = None,
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Mapping[str, AttributeValue] | None = None,
) -> AbstractContextManager[Span]:
    """Trace a block, below `traceparent` when one is given and readable, else below the current span.

    An exception marks the span as failed; a refusal only notes its code, since saying no is no failure.
    """
    if _tracer is None:
        return _off
    parent = _propagator.extract({"traceparent": traceparent}) if traceparent else None
    return _traced(_tracer, name, parent, kind, attributes)


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
            current.record_exception(error)
            current.set_attribute(error_attributes.ERROR_TYPE, type(error).__qualname__)
            current.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise
