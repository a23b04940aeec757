"""Time and ids come from one place and can be moved in a test."""

import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.clock import Clock, MovableClock, SystemClock, new_id


def test_system_clock_is_aware_and_utc() -> None:
    clock: Clock = SystemClock()
    assert clock.now().utcoffset() == timedelta(0)


def test_movable_clock_moves_only_when_moved() -> None:
    clock = MovableClock(datetime(2026, 3, 1, 7, 0, tzinfo=timezone(timedelta(hours=7))))
    assert clock.now() == clock.now() == datetime(2026, 3, 1, tzinfo=UTC)
    assert clock.move(timedelta(minutes=5)) == datetime(2026, 3, 1, 0, 5, tzinfo=UTC)


def test_movable_clock_refuses_a_naive_time() -> None:
    with pytest.raises(ValueError, match="time zone"):
        MovableClock(datetime(2026, 3, 1))  # noqa: DTZ001


def test_ids_are_standard_version_7_and_grow() -> None:
    ids = [new_id() for _ in range(1000)]
    assert all(type(item) is uuid.UUID and item.version == 7 for item in ids)
    assert ids == sorted(ids) and len(set(ids)) == 1000
