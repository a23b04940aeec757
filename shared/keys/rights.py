"""NATS permissions of a user, as subjects."""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.envelope import STREAM as EVENTS

PROVISIONER = "provisioner"
OPERATOR = "operator"
API = "$JS.API"
OWN_API = "BUS.API"

# The exports of the stream's account; each service's account imports a part of them.
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
    """What one NATS user may request from the stream's account (``asks``), except for what it is ``denied``.

    ``at_home`` is True for a user in the stream's account, where subjects keep their names.
    """

    user: str
    asks: tuple[str, ...]
    denied: tuple[str, ...] = ()
    at_home: bool = False

    @property
    def publish(self) -> list[str]:
        """The subjects that it may publish to, as named in its own account."""
        return list(self.asks) if self.at_home else [own_name(subject) for subject in self.asks]

    @property
    def deny_publish(self) -> list[str]:
        """The exceptions, as named in its own account."""
        return [own_name(subject) for subject in self.denied]

    @property
    def subscribe(self) -> list[str]:
        """Only the answers to its own requests: events come as answers, too."""
        return [f"_INBOX.{self.user}.>"]


def own_name(subject: str) -> str:
    """The name of a subject of the stream's account in the account of a service.

    JetStream's API has another name there, because ``$JS.API`` belongs to every account itself.
    """
    return subject.replace(API, OWN_API, 1) if subject.startswith(f"{API}.") else subject


def provisioner_rights() -> Rights:
    """The rights of the provisioner of streams and consumers, who can neither read nor publish events."""
    verbs = ("STREAM.INFO", "STREAM.CREATE", "STREAM.UPDATE")
    streams = tuple(f"{API}.{verb}.{EVENTS}" for verb in verbs)
    consumers = tuple(f"{API}.{verb}.{EVENTS}.*" for verb in ("CONSUMER.INFO", "CONSUMER.DURABLE.CREATE"))
    return Rights(PROVISIONER, streams + consumers, at_home=True)


def operator_rights() -> Rights:
    """The rights of an operator's tools: only to list streams and consumers and their state."""
    lists = ("INFO", "STREAM.NAMES", "STREAM.LIST", "STREAM.INFO.*")
    consumers = ("CONSUMER.NAMES.*", "CONSUMER.LIST.*", "CONSUMER.INFO.*.*")
    return Rights(OPERATOR, tuple(f"{API}.{verb}" for verb in lists + consumers), at_home=True)


def at_home() -> list[Rights]:
    """The rights of every user in the stream's account."""
    return [provisioner_rights(), operator_rights()]
