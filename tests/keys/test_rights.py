"""Each service's NATS user is refused every subject that is not its own: a real server is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from services.registry import NAMES
from shared.events.broker import EVENTS, Bus
from shared.host.host import all_consumers
from shared.host.rights import all_rights
from shared.host.service import Service
from shared.keys.rights import OPERATOR, PROVISIONER
from tests.support.attacker import Intruder, intruding
from tests.support.guarded_nats import GuardedNats
from tests.support.wait import eventually

PREFIXES = ("$JS.API", "BUS.API")
STREAM_VERBS = (
    *("CREATE", "UPDATE", "DELETE", "PURGE", "SNAPSHOT", "RESTORE"),
    *("MSG.GET", "MSG.DELETE", "LEADER.STEPDOWN", "PEER.REMOVE"),
)
CONSUMER_VERBS = (
    *("INFO", "MSG.NEXT", "RESET", "DELETE", "PAUSE", "UNPIN"),
    *("LEADER.STEPDOWN", "DURABLE.CREATE", "CREATE"),
)
GENERAL = (
    "INFO",
    "STREAM.NAMES",
    "STREAM.LIST",
    "STREAM.CREATE.MINE",
    "META.LEADER.STEPDOWN",
    "ACCOUNT.PURGE.ANY",
    f"CONSUMER.NAMES.{EVENTS}",
    f"CONSUMER.LIST.{EVENTS}",
    f"CONSUMER.CREATE.{EVENTS}",
    f"CONSUMER.CREATE.{EVENTS}.mine",
    f"CONSUMER.DURABLE.CREATE.{EVENTS}.mine",
    f"CONSUMER.DELETE.{EVENTS}.mine",
    f"DIRECT.GET.{EVENTS}",
)
SERVERS_OWN = (
    "$SYS.REQ.SERVER.PING",
    "$SYS.REQ.USER.INFO",
    "$SYS.REQ.CLAIMS.UPDATE",
    "$SYS.REQ.ACCOUNT.ANY.CLAIMS.UPDATE",
)


def published(services: list[Service], user: str) -> Iterator[str]:
    """Every family of subjects that ``user`` may not publish to."""
    own = next((service for service in services if service.name == user), None)
    for other in services:
        if other.name != user:
            yield f"evt.polresta-delta.{other.name}.forged.v1.x"
            yield f"_INBOX.{other.name}.x"
            for prefix in PREFIXES:
                yield f"{prefix}.DIRECT.GET.{EVENTS}.evt.polresta-delta.{other.name}.forged.v1.x"
    if own is None or not own.publishes:
        yield f"evt.polresta-delta.{user}.forged.v1.x"
    yield from ("evt.x", f"_INBOX.{PROVISIONER}.x", *SERVERS_OWN)
    yield from _administration(own)
    for name, consumer in all_consumers(services):
        durable = consumer.durable(name)
        yield from _others_consumer(durable) if name != user else _own_consumer(durable)


def _administration(own: Service | None) -> Iterator[str]:
    yield f"$JS.API.STREAM.INFO.{EVENTS}"
    yield "BUS.API.STREAM.INFO.OTHER"
    for prefix in PREFIXES:
        yield from (f"{prefix}.STREAM.{verb}.{EVENTS}" for verb in STREAM_VERBS)
        yield from (f"{prefix}.{what}" for what in GENERAL)
        if own is None or not own.hears_everything:
            yield f"{prefix}.CONSUMER.CREATE.{EVENTS}.mine.evt.>"
            yield f"{prefix}.CONSUMER.MSG.NEXT.{EVENTS}.mine"


def _others_consumer(durable: str) -> Iterator[str]:
    for prefix in PREFIXES:
        yield from (f"{prefix}.CONSUMER.{verb}.{EVENTS}.{durable}" for verb in CONSUMER_VERBS)
        yield f"{prefix}.CONSUMER.CREATE.{EVENTS}.{durable}.evt.>"
    yield f"$JS.ACK.{EVENTS}.{durable}.1.1.1.1.0"


def _own_consumer(durable: str) -> Iterator[str]:
    """Its own consumer is made by the provisioner, and reads what that says."""
    for verb in ("DELETE", "PAUSE", "UNPIN", "LEADER.STEPDOWN", "DURABLE.CREATE", "CREATE"):
        yield from (f"{prefix}.CONSUMER.{verb}.{EVENTS}.{durable}" for prefix in PREFIXES)
    yield f"BUS.API.CONSUMER.CREATE.{EVENTS}.{durable}.evt.>"


def subscribed(services: list[Service], user: str) -> Iterator[str]:
    """Every family of subjects that ``user`` may not subscribe to."""
    yield from (">", "evt.>", f"evt.*.{user}.>", "_INBOX.>", "_INBOX.*.>", "$SYS.>", "$JS.>", "$JS.ACK.>")
    yield from ("BUS.API.>", "_R_.>", f"_INBOX.{PROVISIONER}.>", "$JS.EVENT.ADVISORY.>")
    for other in services:
        if other.name != user:
            yield from (f"_INBOX.{other.name}.>", f"evt.*.{other.name}.>")


async def state(server: GuardedNats, services: list[Service]) -> Any:
    """The stream and its consumers, as their owner sees them."""
    bus = server.bus(PROVISIONER)
    await bus.start()
    stream = await bus.api(f"STREAM.INFO.{EVENTS}")
    found: dict[str, Any] = {"config": stream["config"], "state": stream["state"]}
    for name, item in all_consumers(services):
        info = await bus.api(f"CONSUMER.INFO.{EVENTS}.{item.durable(name)}")
        found[item.durable(name)] = {
            key: info[key] for key in ("config", "delivered", "ack_floor", "created")
        }
    await bus.stop()
    return found


@pytest.mark.parametrize("user", NAMES)
async def test_a_service_is_refused_every_subject_that_is_not_its_own(
    guarded: GuardedNats, services: list[Service], user: str
) -> None:
    await each_publishes(guarded, services)
    before = await state(guarded, services)
    async with intruding(guarded, user) as intruder:
        for subject in published(services, user):
            await intruder.publishes(subject, b"{}")
        for subject in subscribed(services, user):
            await intruder.subscribes(subject)
        cases = await intruder.is_refused()
        assert intruder.heard == []
    assert await state(guarded, services) == before
    assert cases > 100
    print(f"{user}: {cases} subjects refused")


async def test_the_provisioner_can_neither_publish_nor_read(
    guarded: GuardedNats, services: list[Service]
) -> None:
    await each_publishes(guarded, services)
    async with intruding(guarded, PROVISIONER) as intruder:
        for service in services:
            await intruder.publishes(f"evt.polresta-delta.{service.name}.forged.v1.x")
            await intruder.subscribes(f"_INBOX.{service.name}.>")
        for name, consumer in all_consumers(services):
            for verb in ("MSG.NEXT", "RESET", "DELETE"):
                await intruder.publishes(f"$JS.API.CONSUMER.{verb}.{EVENTS}.{consumer.durable(name)}")
        for what in (
            f"STREAM.MSG.GET.{EVENTS}",
            f"STREAM.DELETE.{EVENTS}",
            f"STREAM.PURGE.{EVENTS}",
            f"DIRECT.GET.{EVENTS}",
            f"CONSUMER.CREATE.{EVENTS}",
            f"CONSUMER.CREATE.{EVENTS}.mine.evt.>",
        ):
            await intruder.publishes(f"$JS.API.{what}")
        for subject in (">", "evt.>", "$SYS.>", "$JS.>", "_INBOX.>"):
            await intruder.subscribes(subject)
        print(f"provisioner: {await intruder.is_refused()} subjects refused")


async def test_an_operators_tools_see_streams_and_consumers_and_nothing_else(
    guarded: GuardedNats, services: list[Service]
) -> None:
    await each_publishes(guarded, services)
    bus = guarded.bus(OPERATOR)
    await bus.start()
    (stream,) = (await bus.request("$JS.API.STREAM.LIST", b""))["streams"]
    assert "event" in stream["config"]["description"]
    listed = await bus.request(f"$JS.API.CONSUMER.LIST.{EVENTS}", b"")
    durables = {consumer.durable(name) for name, consumer in all_consumers(services)}
    assert {consumer["name"] for consumer in listed["consumers"]} == durables
    assert all(consumer["config"]["description"] for consumer in listed["consumers"])
    await bus.stop()
    async with intruding(guarded, OPERATOR) as intruder:
        for service in services:
            await intruder.publishes(f"evt.polresta-delta.{service.name}.forged.v1.x")
            await intruder.subscribes(f"_INBOX.{service.name}.>")
        for what in (
            *(f"STREAM.{verb}.{EVENTS}" for verb in ("UPDATE", "DELETE", "PURGE", "MSG.GET", "MSG.DELETE")),
            *(
                f"CONSUMER.{verb}.{EVENTS}.mine"
                for verb in ("CREATE", "DURABLE.CREATE", "DELETE", "MSG.NEXT")
            ),
            *(f"CONSUMER.{verb}.{EVENTS}.mine" for verb in ("MSG.NEXT", "RESET", "PAUSE")),
            f"DIRECT.GET.{EVENTS}",
            f"DIRECT.GET.{EVENTS}.evt.a.partners.made.v1.x",
            f"CONSUMER.CREATE.{EVENTS}.mine.evt.>",
        ):
            await intruder.publishes(f"$JS.API.{what}")
        for subject in (">", "evt.>", "$SYS.>", "$JS.>", "_INBOX.>"):
            await intruder.subscribes(subject)
        assert await intruder.is_refused() > 20


def answers_sent_elsewhere(services: list[Service], user: str) -> Iterator[tuple[str, bytes, str]]:
    """Allowed requests whose answers shall come where the user may not publish ``(subject, body, reply)``."""
    (rights,) = (right for right in all_rights(services) if right.user == user)
    places = [f"evt.polresta-delta.{other.name}.forged.v1.x" for other in services if other.name != user]
    places += [f"_INBOX.{other.name}.x" for other in services if other.name != user]
    places += [
        f"$JS.ACK.{EVENTS}.{answer.durable(name)}.1.1.1.1.0" for name, answer in all_consumers(services)
    ]
    places += [f"$JS.API.STREAM.PURGE.{EVENTS}", f"$JS.API.STREAM.DELETE.{EVENTS}", "evt.x"]
    subjects = [
        subject.replace("*", "polresta-delta", 1).replace(".>", ".asked.v1.x")
        for subject in rights.publish
        if "CONSUMER.CREATE" not in subject and "RESET" not in subject and not subject.endswith(f"{EVENTS}.*")
    ]
    for place in places:
        for subject in subjects:
            yield subject, b"1" if "MSG.NEXT" in subject else b"", place


@pytest.mark.parametrize("user", NAMES)
async def test_no_answer_can_be_sent_where_its_asker_may_not_publish(
    guarded: GuardedNats, services: list[Service], user: str
) -> None:
    """A reply subject is not covered by permissions: it is that each service has an account of its own."""
    await each_publishes(guarded, services)
    others = [guarded.bus(service.name) for service in services if service.name != user]
    before = await state(guarded, services)
    overheard: list[Any] = []

    async def hear(message: Any) -> None:
        overheard.append(message)

    for other in others:
        await other.start()
        await other.client.subscribe(f"_INBOX.{other.name}.x", cb=hear)
        await other.client.flush()
    cases = 0
    async with intruding(guarded, user) as intruder:
        for subject, body, reply in answers_sent_elsewhere(services, user):
            await intruder.client.publish(subject, body, reply=reply)
            cases += 1
        await intruder.client.flush()
        if next(service for service in services if service.name == user).hears_everything:
            cases += await push_elsewhere(intruder, services, user)
        await eventually(lambda: intruder.client.pending_data_size == 0)
    events = await subjects_in(guarded)
    for other in others:
        await other.client.flush()
        await other.stop()
    assert overheard == []
    after = await state(guarded, services)
    theirs = [item.durable(name) for name, item in all_consumers(services) if name != user]
    assert [after[item] for item in theirs] == [before[item] for item in theirs], (
        "nobody's work was acknowledged"
    )
    allowed = {f"evt.polresta-delta.{service.name}.made.v1.x" for service in services if service.publishes}
    assert {event for event in events if event not in allowed} <= {f"evt.polresta-delta.{user}.asked.v1.x"}
    assert all(events[item] == 1 for item in allowed), "nothing was purged, and nothing came twice"
    print(f"{user}: {cases} answers went nowhere")


async def push_elsewhere(intruder: Intruder, services: list[Service], user: str) -> int:
    """A consumer that pushes to where its maker may not publish."""
    places = [f"evt.polresta-delta.{service.name}.forged.v1.x" for service in services]
    places += [f"_INBOX.{service.name}.x" for service in services] + [f"$JS.API.STREAM.PURGE.{EVENTS}"]
    places += [f"$JS.ACK.{EVENTS}.{item.durable(name)}.1.1.1.1.0" for name, item in all_consumers(services)]
    for number, place in enumerate(places):
        config = {"name": f"push-{number}", "deliver_subject": place, "filter_subject": "evt.>"}
        body = json.dumps({"stream_name": EVENTS, "config": config | {"ack_policy": "none"}}).encode()
        await intruder.client.request(
            f"BUS.API.CONSUMER.CREATE.{EVENTS}.push-{number}.evt.>", body, timeout=5
        )
    return len(places)


async def subjects_in(server: GuardedNats) -> dict[str, int]:
    """How many events the stream holds of each subject."""
    bus = server.bus(PROVISIONER)
    await bus.start()
    info = await bus.api(f"STREAM.INFO.{EVENTS}", {"subjects_filter": ">"})
    await bus.stop()
    found: dict[str, int] = info["state"].get("subjects", {})
    return found


async def each_publishes(server: GuardedNats, services: list[Service]) -> None:
    """One event of every publisher, so that there is something to read, to forge and to purge."""
    for service in services:
        if service.publishes:
            bus: Bus = server.bus(service.name)
            await bus.start()
            await bus.request(f"evt.polresta-delta.{service.name}.made.v1.x", b"{}")
            await bus.stop()


async def test_what_a_service_declares_works(guarded: GuardedNats, services: list[Service]) -> None:
    """So that nothing above is refused merely because everything is."""
    await each_publishes(guarded, services)
    for service in services:
        bus = guarded.bus(service.name)
        await bus.start()
        assert (await bus.api(f"STREAM.INFO.{EVENTS}"))["config"]["name"] == EVENTS
        for consumer in service.consumers:
            info = await bus.api(f"CONSUMER.INFO.{EVENTS}.{consumer.durable(service.name)}")
            assert info["config"]["filter_subjects"] == consumer.filter_subjects
        if service.publishes:
            assert await bus.last(f"evt.polresta-delta.{service.name}.made.v1.x")
        await bus.stop()


def test_no_two_consumers_share_a_name(services: list[Service]) -> None:
    names = [consumer.durable(service) for service, consumer in all_consumers(services)]
    assert len(names) == len(set(names))
