"""What is disclosed of a trust round lets no party find out what another one gave (C2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import permutations, product
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from services.partners.model.disclosure import LEFT, may_be_known, mutual
from services.partners.model.trust import RoundParty, Score, TrustRound, _numbers
from shared.contracts.envelope import Envelope
from shared.contracts.vocabulary import Mutual, TrustDimension
from tests.partners.assembly import DAY, START

Pair = tuple[int, int]
Given = dict[Pair, list[int]]
"""What a rater gave a rated, dimension by dimension."""
View = tuple[object, ...]
WHOLE = range(len(TrustDimension))


class Sheet(NamedTuple):
    """What the model asks of a score."""

    rater: UUID
    rated: UUID
    values: list[int]


def disclosed(given: Given, count: int) -> View:
    """All that anybody is told of a closed round in which these scores were given by all of its parties."""
    ids = [UUID(int=number + 1) for number in range(count)]
    sheets: Any = [Sheet(ids[rater], ids[rated], six) for (rater, rated), six in given.items()]
    means = {(sheet.rater, sheet.rated): round(sum(sheet.values) / 6, 4) for sheet in sheets}
    return mutual(means, count, frozenset(ids[:1])), *_numbers(sheets, count)


def changed(given: Given, pair: Pair, span: Iterable[int], by: int) -> Given | None:
    """The same but for one pair's scores; None where that leaves the scale."""
    six = list(given[pair])
    for place in span:
        six[place] += by
    return given | {pair: six} if all(1 <= value <= 5 for value in six) else None


def worlds(given: Given, count: int, own: int, pair: Pair, dimension: int) -> Iterator[Given]:
    """Rounds that ``own`` could take for the real one: near it, far from it, and shuffled within rows."""
    hidden = [permutation for permutation in permutations(range(count), 2) if permutation[0] != own]
    beside = sorted((world for world in hidden if world != pair), key=lambda one: one[1] != pair[1])
    for by, span in product((1, -1, 2, -2, 3, -3, 4, -4), ((dimension,), WHOLE)):
        near = changed(given, pair, span, by)
        if near is not None:
            made_up = (changed(near, world, span, -by) for world in beside)
            yield from (world for world in (near, *made_up) if world is not None)
    # Nothing that adds up changes where four scores move against one another.
    same_row = [world for world in hidden if world[1] == pair[1]]
    elsewhere = (place for place in WHOLE if place != dimension)
    for by, other, row, one in product((1, -1), elsewhere, same_row, beside):
        first = changed(given, pair, (dimension,), by)
        second = first and changed(first, row, (other,), -by)
        third = second and changed(second, one, (dimension,), -by)
        fourth = third and changed(third, one, (other,), by)
        if fourth:
            yield fourth
    for value, rest in product(range(1, 6), range(1, 6)):
        yield given | dict.fromkeys(beside, [rest] * 6) | {pair: [value] * 6}
    chance, raters = Random(1), [number for number in range(count) if number != own]
    for _ in range(400):
        world: Given = given
        for _ in range(chance.randint(1, 6)):
            rated, span = chance.choice(range(count)), chance.choice(((dimension,), WHOLE))
            able = [rater for rater in raters if rater != rated]
            if len(able) > 1:
                more, less = chance.sample(able, 2)
                by = chance.choice((1, 2))
                raised = changed(world, (more, rated), span, by)
                world = (raised and changed(raised, (less, rated), span, -by)) or world
        yield world


@st.composite
def rounds(draw: st.DrawFn) -> tuple[int, Given]:
    """A round in which everybody scored all others: honestly, evenly, or at the ends of the scale."""
    count = draw(st.integers(2, 5))
    least, most = draw(st.sampled_from([(1, 5), (4, 5), (5, 5), (1, 1), (1, 2), (3, 4), (2, 5)]))
    points = st.integers(least, most)
    given = {
        pair: draw(st.one_of(points.map(lambda one: [one] * 6), st.lists(points, min_size=6, max_size=6)))
        for pair in permutations(range(count), 2)
    }
    return count, given


@given(drawn=rounds(), data=st.data())
@settings(max_examples=80, deadline=None, phases=[Phase.explicit, Phase.generate])
def test_no_party_finds_out_a_score_of_another(drawn: tuple[int, Given], data: st.DataObject) -> None:
    """Whoever knows the own scores and all that is told can think of another round that looks the same."""
    count, given = drawn
    view = disclosed(given, count)
    own = data.draw(st.integers(0, count - 1))
    pair = data.draw(st.sampled_from([item for item in given if item[0] != own]))
    dimension = data.draw(st.integers(0, 5))
    assert any(
        world[pair][dimension] != given[pair][dimension] and disclosed(world, count) == view
        for world in worlds(given, count, own, pair, dimension)
    ), (given, own, pair, dimension, view)


@given(drawn=rounds())
@settings(max_examples=60, deadline=None)
def test_a_number_has_three_others_left_in_it(drawn: tuple[int, Given]) -> None:
    count, given = drawn
    band, dimensions, received = disclosed(given, count)
    assert (band is Mutual.TOO_FEW) == (count < LEFT)
    assert not dimensions or count > LEFT
    assert not received or count > LEFT + 1, "a party is scored by all but itself"


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ({}, False),
        ({1: [3], 2: [3], 3: [3]}, False),
        ({1: [3] * 2, 2: [3] * 2, 3: [3] * 2, 4: [3] * 2}, True),
        ({1: [5] * 6, 2: [5] * 6, 3: [5] * 6, 4: [5] * 6}, False),
        # Whoever gave ones themselves would see that all others gave fives.
        ({1: [1] * 6, 2: [5] * 6, 3: [5] * 6, 4: [5] * 6}, False),
        ({1: [1] * 6, 2: [5] * 6, 3: [5] * 6, 4: [5] * 3 + [4] * 3}, True),
    ],
)
def test_a_mean_is_known_only_if_nobody_can_subtract_themselves(
    given: dict[int, list[int]], known: bool
) -> None:
    assert may_be_known({UUID(int=rater): values for rater, values in given.items()}) == known


def test_who_scored_some_enters_no_number() -> None:
    ids = [UUID(int=number + 1) for number in range(5)]
    outcomes = []
    for of_the_last in (0, 1, 3):
        members = [RoundParty(enter) for enter in ids]
        round_ = TrustRound(UUID(int=99), "polres", UUID(int=98), 1, START, START + 10 * DAY, members)
        for rater in ids:
            rated = [enter for enter in ids if enter != rater]
            if rater == ids[-1]:
                rated = rated[:of_the_last]
            six = [1] * 6 if rater == ids[-1] else [3, 4, 3, 4, 3, 4]
            if rated:
                sheet = [Score(rater, enter, *six) for enter in rated]
                round_.score(rater, str(rater), sheet, START)
        assert round_.close(round_.closes_at).complete == 4
        assert round_.dimensions == dict(zip(TrustDimension, [3.0, 4.0] * 3, strict=True))
        outcomes.append((round_.coverage, round_.mutual, round_.received))
    assert outcomes[0] == outcomes[1] == outcomes[2]


def test_what_the_first_version_of_the_closing_told_of_pairs_is_read_no_more() -> None:
    golden = Path(__file__).parents[1] / "contracts" / "golden" / "partners.trust-round-closed.v1.json"
    envelope = Envelope.decode(golden.read_bytes())
    assert envelope.data["pairs"]
    assert "pairs" not in envelope.told
    assert "pairs" not in envelope.event().model_dump()
