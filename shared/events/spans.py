"""Tracing spans of an event: producer span in the relay, consumer spans in its receivers.

The envelope's traceparent refers to the cause of the event, and never changes. The message header of the same
name is set by the relay and refers to the publishing span, which is the parent of the consumers' spans. In a
batch each event has its own span, so that its trace has no gap; an event without a traceparent has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from opentelemetry.util.types import AttributeValue

from shared.contracts.envelope import Envelope
from shared.observability import tracing
from shared.observability.tracing import Planned, SpanKind

HEADER = "traceparent"
Headers = Mapping[str, str] | None
_off: AbstractContextManager[Any] = nullcontext()


def publishing(envelopes: Iterable[bytes], headers: Iterable[dict[str, str]]) -> AbstractContextManager[None]:
    """Trace the publication of a batch; the headers of each message carry its span."""
    return _publishing(envelopes, headers) if tracing.is_on() else _off


def processing(
    consumer: str, envelopes: Sequence[Envelope], headers: Iterable[Headers]
) -> AbstractContextManager[object]:
    """Trace a projection's work on a batch."""
    if not tracing.is_on():
        return _off
    carried = [_carried(*pair) for pair in zip(envelopes, headers, strict=True)]
    planned = [
        _planned("process", envelope, parent, consumer)
        for envelope, parent in zip(envelopes, carried, strict=True)
        if parent
    ]
    return tracing.batch(SpanKind.CONSUMER, planned)


def reacting(consumer: str, envelope: Envelope, headers: Headers) -> AbstractContextManager[object]:
    """Trace a reaction's work on one event; the effects of the work are below it."""
    if not tracing.is_on():
        return _off
    planned = _planned("process", envelope, _carried(envelope, headers), consumer)
    return tracing.span(planned.name, planned.traceparent, SpanKind.CONSUMER, planned.attributes)


@contextmanager
def _publishing(envelopes: Iterable[bytes], headers: Iterable[dict[str, str]]) -> Iterator[None]:
    messages = zip(map(Envelope.decode, envelopes), headers, strict=True)
    traced = [(envelope, carrying) for envelope, carrying in messages if envelope.traceparent]
    planned = [_planned("publish", envelope, envelope.traceparent) for envelope, _ in traced]
    with tracing.batch(SpanKind.PRODUCER, planned) as traceparents:
        for (_, carrying), traceparent in zip(traced, traceparents, strict=False):
            carrying[HEADER] = traceparent
        yield


def _carried(envelope: Envelope, headers: Headers) -> str | None:
    return (headers or {}).get(HEADER) or envelope.traceparent


def _planned(operation: str, envelope: Envelope, parent: str | None, consumer: str = "") -> Planned:
    # The subject contains an agency and an id: a span is named by its pattern.
    pattern = f"evt.*.{envelope.event_type}.v{envelope.version}.*"
    attributes: dict[str, AttributeValue] = {
        tracing.MESSAGING_SYSTEM: "nats",
        tracing.MESSAGING_OPERATION: operation,
        tracing.MESSAGING_OPERATION_TYPE: "send" if operation == "publish" else operation,
        tracing.MESSAGING_DESTINATION: envelope.subject,
        tracing.MESSAGING_TEMPLATE: pattern,
        tracing.MESSAGING_MESSAGE_ID: str(envelope.id),
        tracing.MESSAGING_CORRELATION_ID: envelope.correlation_id,
    }
    if consumer:
        attributes[tracing.MESSAGING_CONSUMER] = consumer
    return Planned(f"{operation} {pattern}", parent, attributes)
