"""JetStream provisioning: streams and durable consumers of the system."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from shared.events.broker import EVENTS, Bus, JetStreamError
from shared.events.projection import Projection
from shared.events.reaction import Reaction
from shared.i18n.terminal import _

Consumer = Reaction | Projection
SECOND = 1_000_000_000
NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference between the declared and the actual settings (``None``: missing)."""

    place: str
    setting: str
    declared: Any
    actual: Any

    def __str__(self) -> str:
        if self.actual is None:
            return _("%(place)s: %(setting)s is missing (declared: %(declared)r)", **asdict(self))
        return _("%(place)s: %(setting)s is %(actual)r, declared %(declared)r", **asdict(self))


def declared_stream(replicas: int) -> dict[str, Any]:
    """The one stream of events: everything, for ever, in one total order."""
    return {
        "name": EVENTS,
        "description": "Every event of Kemitraan, kept for ever in one order",
        "subjects": ["evt.>"],
        "storage": "file",
        "retention": "limits",
        "discard": "new",
        "max_age": 0,
        "max_msgs": -1,
        "max_bytes": -1,
        "num_replicas": replicas,
        "duplicate_window": 600 * SECOND,
        "allow_atomic": True,
        "allow_direct": True,
        "deny_delete": True,
    }


def declared_consumer(service: str, consumer: Consumer) -> dict[str, Any]:
    """The durable pull consumer of a reaction or a projection: its filter is fixed here.

    A reaction counts and parks its retries itself. A projection acknowledges nothing: its position is a row
    next to its tables, and it sets the consumer to it.
    """
    if isinstance(consumer, Projection):
        return {
            "durable_name": consumer.durable(service),
            "description": f"{service} keeps its copy {consumer.name}, in order; its place is a row",
            "ack_policy": "none",
            "deliver_policy": "all",
            "filter_subjects": list(consumer.filter_subjects),
        }
    return {
        "durable_name": consumer.durable(service),
        "description": f"{service} does what follows: {consumer.name}; what fails waits in rows",
        "ack_policy": "explicit",
        "ack_wait": int(consumer.ack_wait * SECOND),
        "max_deliver": -1,
        "max_ack_pending": consumer.in_flight,
        "deliver_policy": "all",
        "filter_subjects": list(consumer.filter_subjects),
    }


async def diff(bus: Bus, replicas: int, consumers: Iterable[tuple[str, Consumer]]) -> list[Drift]:
    """The differences of the broker; empty if everything is as declared."""
    declared = declared_stream(replicas)
    actual = await _config(bus, f"STREAM.INFO.{EVENTS}")
    if actual is None:
        return [Drift(EVENTS, "stream", EVENTS, None)]
    drifts = _compare(EVENTS, declared, actual)
    for service, follower in consumers:
        consumer = declared_consumer(service, follower)
        name = consumer["durable_name"]
        actual = await _config(bus, f"CONSUMER.INFO.{EVENTS}.{name}")
        drifts += (
            [Drift(name, "consumer", name, None)] if actual is None else _compare(name, consumer, actual)
        )
    return drifts


async def apply(bus: Bus, replicas: int, consumers: Iterable[tuple[str, Consumer]]) -> list[Drift]:
    """Create or change what drifted, and return what was changed; data is never dropped."""
    consumers = list(consumers)
    changed = await diff(bus, replicas, consumers)
    places = {drift.place for drift in changed}
    if EVENTS in places:
        verb = (
            "CREATE" if any(drift.place == EVENTS and drift.actual is None for drift in changed) else "UPDATE"
        )
        await bus.api(f"STREAM.{verb}.{EVENTS}", declared_stream(replicas))
        changed = [*changed, *(d for d in await diff(bus, replicas, consumers) if d.place not in places)]
        places = {drift.place for drift in changed}
    for service, follower in consumers:
        consumer = declared_consumer(service, follower)
        name = consumer["durable_name"]
        if name in places:
            # Without an action JetStream creates or updates, and refuses incompatible changes.
            await bus.api(
                f"CONSUMER.DURABLE.CREATE.{EVENTS}.{name}", {"stream_name": EVENTS, "config": consumer}
            )
    return changed


async def _config(bus: Bus, subject: str) -> dict[str, Any] | None:
    try:
        config: dict[str, Any] = (await bus.api(subject))["config"]
        return config
    except JetStreamError as error:
        if error.code == NOT_FOUND:
            return None
        raise


def _compare(place: str, declared: dict[str, Any], actual: dict[str, Any]) -> list[Drift]:
    single = actual.get("filter_subject")
    actual = {**actual, "filter_subjects": [single]} if single else actual
    missing: dict[str, Any] = {
        "max_age": 0,
        "allow_atomic": False,
        "allow_direct": False,
        "deny_delete": False,
    }
    return [
        Drift(place, setting, value, actual.get(setting, missing.get(setting, "(unset)")))
        for setting, value in declared.items()
        if actual.get(setting, missing.get(setting)) != value
    ]
