"""NATS permissions of each service, derived from its declared events."""

from __future__ import annotations

from collections.abc import Sequence

from shared.events.broker import EVENTS
from shared.host.service import Service
from shared.keys.rights import API, Rights


def all_rights(services: Sequence[Service]) -> list[Rights]:
    """The rights of every service; computed from all services, as one may be denied what is another's."""
    durables = [consumer.durable(service.name) for service in services for consumer in service.consumers]
    return [_rights(service, durables) for service in services]


def _rights(service: Service, durables: Sequence[str]) -> Rights:
    asks = [f"{API}.STREAM.INFO.{EVENTS}"]
    denied: list[str] = []
    if service.publishes:
        own = f"evt.*.{service.name}.>"
        asks += [own, f"{API}.DIRECT.GET.{EVENTS}.{own}"]
    for consumer in service.consumers:
        asks += [
            f"{API}.CONSUMER.{verb}.{EVENTS}.{consumer.durable(service.name)}"
            for verb in ("INFO", "MSG.NEXT")
        ]
    asks += [f"{API}.CONSUMER.RESET.{EVENTS}.{follow.durable(service.name)}" for follow in service.follows]
    asks += [f"$JS.ACK.{EVENTS}.{react.durable(service.name)}.>" for react in service.reacts]
    if service.hears_everything:
        asks += [f"{API}.CONSUMER.CREATE.{EVENTS}.*.evt.>", f"{API}.CONSUMER.MSG.NEXT.{EVENTS}.*"]
        for durable in durables:
            denied += [
                f"{API}.CONSUMER.CREATE.{EVENTS}.{durable}.>",
                f"{API}.CONSUMER.MSG.NEXT.{EVENTS}.{durable}",
            ]
    return Rights(service.name, tuple(asks), tuple(denied))
