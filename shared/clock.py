"""Clock and id generator, injected so that rules never depend on the machine's time or randomness."""

import random
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import uuid_utils


class Clock(Protocol):
    """Tells the time as an aware datetime in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """A clock that stands still until it is moved, for tests."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
        if start is not None:
            self.set(start)

    def now(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        """Go to `moment`; raises ValueError without a time zone."""
        if moment.tzinfo is None:
            raise ValueError(f"{moment!r} has no time zone; pass an aware datetime")
        self._now = moment.astimezone(UTC)

    def move(self, by: timedelta) -> datetime:
        """Go forward (or back) and return the new time."""
        self._now += by
        return self._now


def seeded_ids(seed: str, clock: Clock) -> Callable[[], uuid.UUID]:
    """Make UUIDv7s that are the same for the same seed and the same course of ``clock``.

    Not for live systems: with the seed they can be predicted.
    """
    chance = random.Random(seed)  # noqa: S311  (a demonstration must be repeatable, not secret)  # nosec B311
    last = 0

    def make() -> uuid.UUID:
        nonlocal last
        # 48 bits of milliseconds and a 12-bit counter, so that ids are ordered by creation.
        last = max(last + 1, int(clock.now().timestamp() * 1000) << 12)
        high = (last >> 12) << 16 | 0x7000 | last & 0xFFF
        return uuid.UUID(int=high << 64 | 0b10 << 62 | chance.getrandbits(62))

    return make


def seeded_keys(seed: str) -> Callable[[], bytes]:
    """Make keys of 64 bytes that are the same for the same seed; not for live systems either."""
    chance = random.Random(f"{seed}/keys")  # noqa: S311  # nosec B311
    return lambda: chance.randbytes(64)


def new_id() -> uuid.UUID:
    """Return a UUIDv7 (RFC 9562): ordered by time, so new rows land at the end of an index."""
    return uuid.UUID(int=uuid_utils.uuid7().int)
