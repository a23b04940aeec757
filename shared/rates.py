"""Rate limiting: rates such as 600/minute, counted by key."""

from __future__ import annotations

import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_FORM = re.compile(r"([1-9][0-9]{0,8})/(second|minute|hour|day)")
REMEMBERED = 100_000
"""The maximum number of keys; the least recently used is forgotten first."""


@dataclass(frozen=True, slots=True)
class Rate:
    """``most`` times in ``seconds``; in a burst if need be, then evenly."""

    most: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The rate of a text such as ``600/minute``, None of ``none``; raises ``ValueError`` for others."""
        if text == "none":
            return None
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no rate")
        return cls(int(match[1]), _SECONDS[match[2]])


@dataclass(frozen=True, slots=True)
class RateState:
    """The state of a key: ``left`` times now, or once more in ``wait`` seconds; all again in ``full_in``."""

    left: int
    wait: int
    full_in: int


class Counts:
    """Counters by key, each limited to its rate (generic cell rate algorithm), in this process.

    The number is the time at which the key's allowance is full again, so nothing has to be cleaned up.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic, remembered: int = REMEMBERED) -> None:
        self._now = now
        self._remembered = remembered
        self._whole_at: OrderedDict[tuple[str, str], float] = OrderedDict()

    def hit(self, rate: Rate, name: str, key: str) -> RateState:
        """Count once; refused calls are not counted."""
        now, each = self._now(), rate.seconds / rate.most
        whole_at = max(self._whole_at.get((name, key), now), now) + each
        over = whole_at - now - rate.seconds
        if over > 1e-9:
            return RateState(0, max(1, math.ceil(over)), math.ceil(whole_at - each - now))
        self._whole_at[name, key] = whole_at
        self._whole_at.move_to_end((name, key))
        if len(self._whole_at) > self._remembered:
            self._whole_at.popitem(last=False)
        return RateState(math.floor(-over / each + 1e-9), 0, math.ceil(whole_at - now))
