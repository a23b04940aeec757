"""In a batch each traced event has its span, whose context its message carries on; others have none."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from shared.events import spans
from shared.observability.tracing import configure_tracing, shutdown_tracing
from tests.contracts.samples import sample
from tests.events.world import ThingMade
from tests.support.collector import collecting

CAUSE = f"00-{'1' * 32}-{'2' * 16}-01"
TRACED = replace(sample(ThingMade), traceparent=CAUSE)
UNTRACED = replace(sample(ThingMade), traceparent=None)


async def test_only_traced_events_of_a_batch_get_spans_and_headers() -> None:
    async with collecting() as collector:
        configure_tracing("testing", collector.url)
        headers: list[dict[str, str]] = [{}, {}]
        with spans.publishing([UNTRACED.encode(), TRACED.encode()], headers):
            pass
        with spans.processing("testing-copies", [UNTRACED, TRACED], headers):
            pass
        with spans.processing("testing-refilled", [TRACED], [None]):
            pass
        await asyncio.to_thread(shutdown_tracing)

    published = collector.named("publish evt.*.testing.thing-made.v1.*")
    assert headers == [{}, {"traceparent": f"00-{published.trace}-{published.id}-01"}]
    assert (published.trace, published.parent) == ("1" * 32, "2" * 16)
    parents = {
        one.attributes["messaging.consumer.group.name"]: one.parent
        for one in collector.spans
        if one is not published
    }
    assert parents == {"testing-copies": published.id, "testing-refilled": "2" * 16}


def test_nothing_is_decoded_while_tracing_is_off() -> None:
    headers: dict[str, str] = {}
    with spans.publishing([b"not an event, and nobody looks"], [headers]):
        assert headers == {}
    with (
        spans.processing("testing-copies", [TRACED], [headers]),
        spans.reacting("x", TRACED, None) as current,
    ):
        assert current is None
