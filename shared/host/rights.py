"""Who may do what on the bus: the subjects of each NATS user, taken from what its service declares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.events.broker import EVENTS
from shared.host.service import Service

PROVISIONER = "provisioner"
OPERATOR = "operator"
API = "$JS.API"
OWN_API = "BUS.API"

# What the stream's account lets others ask for at all; each service's account imports a part of it.
OFFERED = (
    "evt.>",
    f"{API}.STREAM.INFO.{EVENTS}",
    f"{API}.DIRECT.GET.{EVENTS}.>",
    f"{API}.CONSUMER.INFO.{EVENTS}.*",
    f"{API}.CONSUMER.RESET.{EVENTS}.*",
    f"{API}.CONSUMER.CREATE.{EVENTS}.*.>",
    f"{API}.CONSUMER.MSG.NEXT.{EVENTS}.*",
    f"$JS.ACK.{EVENTS}.>",
)


@dataclass(frozen=True, slots=True)
class Rights:
    """What one NATS user may ask of the stream's account (``asks``), less what it is ``denied`` of that.

    ``at_home`` is True for the one who lives in the stream's account: what it asks for keeps its name there.
    """

    user: str
    asks: tuple[str, ...]
    denied: tuple[str, ...] = ()
    at_home: bool = False

    @property
    def publish(self) -> list[str]:
        """The subjects that it may publish to, as they are called in its own account."""
        return list(self.asks) if self.at_home else [own_name(subject) for subject in self.asks]

    @property
    def deny_publish(self) -> list[str]:
        """The exceptions, as they are called in its own account."""
        return [own_name(subject) for subject in self.denied]

    @property
    def subscribe(self) -> list[str]:
        """Answers to its own requests, and nothing else: events come as answers, too."""
        return [f"_INBOX.{self.user}.>"]


def own_name(subject: str) -> str:
    """What a subject of the stream's account is called in the account of a service.

    JetStream's API has another name there, as ``$JS.API`` is every account's own, without a stream.
    """
    return subject.replace(API, OWN_API, 1) if subject.startswith(f"{API}.") else subject


def all_rights(services: Sequence[Service]) -> list[Rights]:
    """The rights of every service; all services have to be there, as one may be denied what is another's."""
    durables = [consumer.durable(service.name) for service in services for consumer in service.consumers]
    return [_rights(service, durables) for service in services]


def provisioner_rights() -> Rights:
    """The rights of who makes streams and consumers: it can neither read nor publish an event."""
    verbs = ("STREAM.INFO", "STREAM.CREATE", "STREAM.UPDATE")
    streams = tuple(f"{API}.{verb}.{EVENTS}" for verb in verbs)
    consumers = tuple(f"{API}.{verb}.{EVENTS}.*" for verb in ("CONSUMER.INFO", "CONSUMER.DURABLE.CREATE"))
    return Rights(PROVISIONER, streams + consumers, at_home=True)


def operator_rights() -> Rights:
    """The rights of an operator's own tools: to list streams and consumers and how they stand, no more."""
    lists = ("INFO", "STREAM.NAMES", "STREAM.LIST", "STREAM.INFO.*")
    consumers = ("CONSUMER.NAMES.*", "CONSUMER.LIST.*", "CONSUMER.INFO.*.*")
    return Rights(OPERATOR, tuple(f"{API}.{verb}" for verb in lists + consumers), at_home=True)


def at_home() -> list[Rights]:
    """The rights of everybody who lives in the stream's account."""
    return [provisioner_rights(), operator_rights()]


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
    asks += [f"{API}.CONSUMER.RESET.{EVENTS}.{one.durable(service.name)}" for one in service.follows]
    asks += [f"$JS.ACK.{EVENTS}.{one.durable(service.name)}.>" for one in service.reacts]
    if service.hears_everything:
        asks += [f"{API}.CONSUMER.CREATE.{EVENTS}.*.evt.>", f"{API}.CONSUMER.MSG.NEXT.{EVENTS}.*"]
        for durable in durables:
            denied += [
                f"{API}.CONSUMER.CREATE.{EVENTS}.{durable}.>",
                f"{API}.CONSUMER.MSG.NEXT.{EVENTS}.{durable}",
            ]
    return Rights(service.name, tuple(asks), tuple(denied))
