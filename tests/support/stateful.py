"""State machines of hypothesis that act on a running system, with the requests in the test's loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

T = TypeVar("T")
SECONDS = 60.0


async def play(
    machine: Callable[[Callable[[Coroutine[Any, Any, T]], T]], RuleBasedStateMachine],
    *,
    examples: int,
    steps: int,
) -> None:
    """Play a machine; it is made with a function that runs a coroutine in the loop of this test."""
    loop = asyncio.get_running_loop()

    def wait(coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(SECONDS)

    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    factory: Any = partial(machine, wait)  # any factory will do, though a class is asked for
    await asyncio.to_thread(run_state_machine_as_test, factory, settings=chosen)
