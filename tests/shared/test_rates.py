"""Who does something too often is told when next, and what is counted does not grow for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rates import Counts, Rate, RateState


class Now:
    """A clock in seconds."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_a_burst_is_served_and_then_as_the_rate_allows() -> None:
    now, rate = Now(), Rate(3, 60)
    counts = Counts(now)
    assert [counts.hit(rate, "a", "x").left for _ in range(3)] == [2, 1, 0]
    assert counts.hit(rate, "a", "x") == RateState(0, 20, 60)
    assert counts.hit(rate, "a", "y").left == 2, "another is not concerned"
    assert counts.hit(rate, "b", "x").left == 2, "another limit neither"
    now.at += 19.9
    assert counts.hit(rate, "a", "x").wait == 1
    now.at += 0.1
    assert counts.hit(rate, "a", "x") == RateState(0, 0, 60)
    now.at += 60
    assert counts.hit(rate, "a", "x").left == 2


@given(most=st.integers(1, 50), steps=st.lists(st.floats(0, 10), max_size=200))
def test_never_more_than_a_burst_and_what_the_time_allows(most: int, steps: list[float]) -> None:
    now, rate = Now(), Rate(most, 60)
    counts, served, begun = Counts(now), 0, now.at
    for step in steps:
        now.at += step
        served += counts.hit(rate, "a", "x").wait == 0
        assert served <= most + (now.at - begun) * most / 60 + 1e-6


def test_whoever_waits_as_long_as_told_is_served() -> None:
    now, rate = Now(), Rate(7, 60)
    counts = Counts(now)
    for _ in range(50):
        standing = counts.hit(rate, "a", "x")
        if standing.wait:
            now.at += standing.wait
            assert counts.hit(rate, "a", "x").wait == 0


def test_only_so_many_keys_are_remembered() -> None:
    counts = Counts(Now(), remembered=10)
    for number in range(1000):
        counts.hit(Rate(1, 60), "a", str(number))
    assert len(counts._whole_at) == 10


def test_rates_are_written_in_one_way() -> None:
    assert Rate.parse("600/minute") == Rate(600, 60)
    assert Rate.parse("1/day") == Rate(1, 86400)
    assert Rate.parse("none") is None
    for wrong in ("", "600", "0/minute", "-1/minute", "1/fortnight", "1.5/minute", "1/minute "):
        with pytest.raises(ValueError):
            Rate.parse(wrong)
