"""Disclosure of trust rounds (C2): bands, and means from which no single score can be inferred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from statistics import fmean
from uuid import UUID

from shared.contracts.vocabulary import Mutual

LOWEST, HIGHEST = 1, 5
LEFT = 3
"""The minimum number of raters left in a mean after any party has subtracted its own scores."""
ROOM = 3
"""The minimum distance of the remaining sum from its extremes, at which each score would be known."""
COVERAGE, RECEIVED, LOW, LOW_SHARE, GAP, SIDES = 0.8, 3.0, 2.0, 0.05, 1.5, 1.0
Means = Mapping[tuple[UUID, UUID], float]


def may_be_known(given: Mapping[UUID, Sequence[int]]) -> bool:
    """Whether the mean of the raters' scores reveals to nobody, raters included, what another rater gave."""
    if len(given) <= LEFT:
        return False
    count, total = sum(map(len, given.values())), sum(map(sum, given.values()))
    for own in ((), *given.values()):
        left, rest = count - len(own), total - sum(own)
        if not left * LOWEST + ROOM <= rest <= left * HIGHEST - ROOM:
            return False
    return True


def mutual(means: Means, members: int, police: frozenset[UUID]) -> Mutual:
    """Whether trust among the parties is mutual, by the means T_ij of those that scored all others (C2).

    It is if each is trusted by the others on the whole, hardly anybody distrusts another, no pair is too
    uneven, and the police and the others see each other alike.
    """
    if len({rater for rater, _ in means}) < LEFT or len(means) < COVERAGE * members * (members - 1):
        return Mutual.TOO_FEW
    received: dict[UUID, list[float]] = {}
    for (_, rated), mean in means.items():
        received.setdefault(rated, []).append(mean)
    low = sum(mean < LOW for mean in means.values()) / len(means)
    gaps = sorted(abs(mean - means[pair[::-1]]) for pair, mean in means.items() if pair[::-1] in means)
    there = [mean for (rater, rated), mean in means.items() if rater in police and rated not in police]
    back = [mean for (rater, rated), mean in means.items() if rater not in police and rated in police]
    holds = (
        min(map(fmean, received.values())) >= RECEIVED
        and low <= LOW_SHARE
        and (not gaps or gaps[ceil(0.9 * len(gaps)) - 1] <= GAP)
        and (not there or not back or abs(fmean(there) - fmean(back)) <= SIDES)
    )
    return Mutual.HOLDS if holds else Mutual.DOES_NOT
