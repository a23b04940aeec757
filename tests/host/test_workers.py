"""Background work that keeps failing is seen: by the probes, with its reason, by the metrics, in the log."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.notifications import queries
from services.notifications.workers.dispatcher import Dispatcher
from services.registry import service
from shared import timer_runner
from shared.database import timers
from shared.database.transaction import Context
from shared.identity.actor import SYSTEM
from shared.worker import Worker
from tests.support.metrics import scrape, value
from tests.support.system import System, system
from tests.support.wait import eventually

CONTEXT = Context(actor=SYSTEM, correlation_id="test", causation_id="test")


async def failing(here: System) -> dict[str, str]:
    """The checks of /readyz that do not hold, with what they say."""
    answer = await here.call("GET", "/readyz")
    found = {check["name"]: check["detail"] for check in answer.body["checks"] if not check["ok"]}
    assert answer.status == (503 if found else 200)
    return found


async def gauge(here: System, worker: str) -> float:
    """What the metric says of a worker of the notifications."""
    text = await scrape(here.session, here.url)
    return value(text, "kemitraan_worker_failing", service="notifications", worker=worker)


async def becomes_ready(here: System) -> None:
    """Wait until nothing fails any more."""

    async def is_ready() -> bool:
        return not await failing(here)

    await eventually(is_ready, message="ready")


async def becomes_unready(here: System, check: str, reason: str) -> None:
    """Wait until that check, and no other, says why it does not hold."""

    async def is_told() -> bool:
        return reason in (await failing(here)).get(check, "")

    await eventually(is_told, message=f"{check}: {reason}")
    assert set(await failing(here)) == {check}


async def test_a_dispatcher_that_keeps_failing_is_not_ready_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with system(tmp_path, [service("notifications")]) as here:
        await becomes_ready(here)
        here.runtimes[0].part(Dispatcher).settles = 0.0
        with monkeypatch.context() as broken:
            broken.setattr(queries, "next_due", _raise)
            await here.runtimes[0].database.write(CONTEXT, lambda tx: None)  # it looks again after a commit
            await becomes_unready(here, "dispatcher", "OSError: the disk is broken")
            assert await gauge(here, "dispatcher") == 1
        await becomes_ready(here)
        assert await gauge(here, "dispatcher") == 0


async def test_a_timer_that_keeps_failing_is_told_of_until_it_is_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timer_runner, "RETRY", (timedelta(seconds=0.05),))
    async with system(tmp_path, [service("partners")]) as here:
        await becomes_ready(here)
        database, about = here.runtimes[0].database, UUID(int=1)
        now = database.clock.now()
        await database.write(
            CONTEXT, lambda tx: timers.set_timer(tx.session, "no-such-timer", about, now, "")
        )
        await becomes_unready(here, "timers", "no-such-timer: KeyError")
        await database.write(CONTEXT, lambda tx: timers.drop(tx.session, "no-such-timer", about, ""))
        await becomes_ready(here)


async def test_a_reaction_that_keeps_failing_is_not_ready_until_its_work_succeeds(tmp_path: Path) -> None:
    async with system(tmp_path, [service("partners"), service("notifications")]) as here:
        await becomes_ready(here)
        [runner] = [reaction for reaction in here.runtimes[1].reactions if reaction.reaction.name == "notify"]
        sound = runner.reaction
        runner.reaction = replace(sound, handle=_raise, retries=(0.05,) * 1000)
        await here.signed_partnership()
        await becomes_unready(here, "reaction notify", "OSError: the disk is broken")
        runner.reaction = sound
        await becomes_ready(here)


async def test_every_background_loop_is_listed_by_probes_and_metrics(tmp_path: Path) -> None:
    async with system(tmp_path, [service("notifications"), service("portal"), service("programs")]) as here:
        await becomes_ready(here)
        checks = (await here.call("GET", "/readyz")).body["checks"]
        listed = {(check["service"], check["name"]) for check in checks}
        loops = {(metric.service, metric.name) for runtime in here.runtimes for metric in runtime.watched}
        assert loops <= listed
        own = {name for who, name in loops if who == "notifications"}
        assert own >= {"relay", "revocations", "sampler", "timers", "retention", "scrubber"}
        assert own >= {"retries", "reactions", "reaction notify", "dispatcher"}
        assert {("host", "broker keeper"), ("host", "streams keeper"), ("portal", "feed")} <= loops
        assert ("programs", "sweeper") in loops
        text = await scrape(here.session, here.url)
        for runtime in here.runtimes:
            for work in runtime.watched:
                if isinstance(work, Worker):
                    label = f'{{service="{work.service}",worker="{work.name}"}}'
                    assert f"kemitraan_worker_failing{label} 0.0" in text
                    assert f"kemitraan_worker_last_beat_timestamp_seconds{label}" in text


class Flaky(Worker):
    """Fails until it is mended."""

    poll = 0.01
    retry = (0.01,)

    def __init__(self) -> None:
        super().__init__("testing", "flaky")
        self.reason = "first"
        self.rounds = 0

    async def step(self) -> None:
        self.rounds += 1
        if self.reason:
            raise OSError(self.reason)


async def test_a_failure_is_tolerated_once_and_logged_once(capsys: pytest.CaptureFixture[str]) -> None:
    flaky = Flaky()
    flaky.failed(OSError("first"))
    assert flaky.state() == (True, ""), "one failure may pass"
    running = asyncio.create_task(flaky.run())
    await eventually(lambda: flaky.rounds > 5)
    assert flaky.state() == (False, "OSError: first")
    flaky.reason = "second"
    await eventually(lambda: flaky.failing == "OSError: second")
    said = capsys.readouterr()
    assert (said.out + said.err).count("background work failed") == 2, "each reason once"
    flaky.reason = ""
    await eventually(lambda: flaky.failing is None)
    assert flaky.state() == (True, "")
    running.cancel()


def _raise(*_args: Any, **_kwargs: Any) -> Any:
    raise OSError("the disk is broken")
