"""The benchmark's fit of how times grow."""

from __future__ import annotations

import pytest

from benchmarks.growth import exponent

SIZES = (10, 100, 1000)


@pytest.mark.parametrize("power", [0.0, 1.0, 2.0])
def test_the_exponent_is_the_power_with_which_times_grow(power: float) -> None:
    assert exponent(SIZES, [0.003 * size**power for size in SIZES]) == pytest.approx(power)


def test_what_strays_is_evened_out() -> None:
    assert exponent(SIZES, [0.011, 0.09, 1.1]) == pytest.approx(1.0, abs=0.05)
