"""Waiting for a condition instead of for a time."""

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any


async def eventually(
    condition: Callable[[], Any], timeout: float = 10.0, message: str = "", every: float = 0.02
) -> Any:
    """Poll a sync or async condition until it is truthy, and answer what it gave.

    After `timeout` seconds it fails with the last value seen. An AssertionError inside the
    condition counts as "not yet", so it may be written with asserts; other errors pass through.
    """
    deadline = time.monotonic() + timeout
    seen: Any = None
    while True:
        try:
            now = condition()
            if inspect.isawaitable(now):
                now = await asyncio.wait_for(now, max(deadline - time.monotonic(), every))
            if now:
                return now
            seen = now
        except AssertionError as error:
            seen = error
        except TimeoutError:  # cut off at the end: what was seen before tells more
            seen = seen or "the condition itself did not answer in time"
        if time.monotonic() >= deadline:
            said = message or getattr(condition, "__name__", "the condition")
            raise AssertionError(f"{said}: not met in {timeout:g} s; last seen: {seen!r}")
        await asyncio.sleep(every)
