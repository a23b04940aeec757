"""Random sequences of acts leave contributions and indicators as their rules demand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from services.programs.model.contribution import (
    Contribution,
    Correction,
    JudgedByItsContributor,
    JudgedByItsRecorder,
    NotTheContributor,
)
from services.programs.model.indicator import (
    CommentNeeded,
    CorrectedAlready,
    Indicator,
    NoNumberAllowed,
    NumberNeeded,
)
from services.programs.model.period import (
    MeasuredAlready,
    MeasuredTooEarly,
    Measurement,
    Period,
    PeriodReversed,
    PeriodsOverlap,
    TargetAfterMeasurement,
    reached,
)
from services.programs.queries.iati_xml import by_year, plain
from shared.contracts.vocabulary import (
    ContributionKind,
    ContributionState,
    ContributionUnit,
    Measure,
    ResultType,
)
from shared.corrections import NothingCorrected
from shared.days import DayToCome
from shared.states import ActImpossible

AT = datetime(2026, 3, 1, tzinfo=UTC)
TODAY = date(2026, 3, 1)
GIVER, OTHER, THIRD = uuid4(), uuid4(), uuid4()
PERSONS = ("a", "b", "c")
FIGURES = st.floats(min_value=-1e15, max_value=1e15, allow_nan=False)
QUICK = settings(max_examples=50, stateful_step_count=30, deadline=None)


class Contributing(RuleBasedStateMachine):
    """Parties record, verify, dispute and correct one contribution."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[float, int, str, str]] = [(3.0, 100, "", "a")]
        self.disputes: list[tuple[UUID, str]] = []
        self.contribution = Contribution(
            id=uuid4(),
            agency="polresta-contoh",
            program_id=uuid4(),
            partnership_id=uuid4(),
            stage_id=None,
            organisation_id=GIVER,
            kind=ContributionKind.TIME,
            amount=3.0,
            unit=ContributionUnit.HOUR,
            value=100,
            currency="IDR",
            on=TODAY,
            note="",
            stated_by="a",
            stated_at=AT,
        )

    def another(self, by: UUID, person: str, state: ContributionState) -> type[Exception] | None:
        if by == GIVER:
            return JudgedByItsContributor
        if person in {text[3] for text in self.said}:
            return JudgedByItsRecorder
        return None if state is ContributionState.RECORDED else ActImpossible

    @rule(by=st.sampled_from([GIVER, OTHER, THIRD]), person=st.sampled_from(PERSONS))
    def verify(self, by: UUID, person: str) -> None:
        refusal = self.another(by, person, self.contribution.state)
        if refusal:
            with pytest.raises(refusal):
                self.contribution.verify(by, person, AT)
            return
        self.contribution.verify(by, person, AT)
        assert self.contribution.state is ContributionState.VERIFIED

    @rule(by=st.sampled_from([GIVER, OTHER, THIRD]), person=st.sampled_from(PERSONS), reason=st.text())
    def dispute(self, by: UUID, person: str, reason: str) -> None:
        refusal = self.another(by, person, self.contribution.state)
        if refusal:
            with pytest.raises(refusal):
                self.contribution.dispute(by, person, reason, AT)
            return
        self.contribution.dispute(by, person, reason, AT)
        self.disputes.append((by, reason))

    @rule(
        by=st.sampled_from([GIVER, OTHER]),
        person=st.sampled_from(("a", "d")),
        value=st.integers(0, 3),
    )
    def correct(self, by: UUID, person: str, value: int) -> None:
        act = (uuid4(), by, person, AT, Correction(self.contribution.amount, value, ""))
        refusal: type[Exception] | None = None
        if by != GIVER:
            refusal = NotTheContributor
        elif self.contribution.state is not ContributionState.DISPUTED:
            refusal = ActImpossible
        elif value == self.contribution.value:
            refusal = NothingCorrected
        if refusal:
            with pytest.raises(refusal):
                self.contribution.correct(*act)
            return
        self.contribution.correct(*act)
        self.said.append((self.contribution.amount, value, "", person))

    @invariant()
    def history_is_never_lost(self) -> None:
        one = self.contribution
        told = [(each.amount, each.value, each.note, each.stated_by) for each in one.earlier]
        assert [*told, (one.amount, one.value, one.note, one.stated_by)] == self.said
        assert [(each.disputed_by, each.reason) for each in one.earlier] == self.disputes[: len(one.earlier)]
        assert [each.position for each in one.earlier] == list(range(1, len(one.earlier) + 1))

    @invariant()
    def the_giver_never_judges_itself(self) -> None:
        assert self.contribution.judged_by != GIVER
        assert all(judge.disputed_by != GIVER for judge in self.contribution.earlier)

    @invariant()
    def judged_says_by_whom(self) -> None:
        judged = self.contribution.state is not ContributionState.RECORDED
        assert (
            judged == (self.contribution.judged_by is not None) == (self.contribution.judged_at is not None)
        )


class Measuring(RuleBasedStateMachine):
    """Periods are planned, aimed, measured, corrected and missed."""

    periods: Bundle[UUID] = Bundle("periods")

    @initialize(
        measure=st.sampled_from(["unit", "percentage", "nominal", "ordinal", "qualitative"]),
        ascending=st.booleans(),
    )
    def define(self, measure: Any, ascending: bool) -> None:
        self.indicator = Indicator(
            id=uuid4(),
            agency="polresta-contoh",
            program_id=uuid4(),
            partnership_id=uuid4(),
            problem_id=None,
            title="Kecelakaan",
            description="",
            result=ResultType.OUTCOME,
            measure=measure,
            ascending=ascending,
            aggregation_status=False,
            capacity=None,
            baseline_value=None,
            baseline_on=None,
            baseline_comment="",
            defined_at=AT,
        )
        self.told: dict[UUID, list[tuple[UUID, float | None, str]]] = {}
        self.missed: set[UUID] = set()

    def bad_number(self, value: float | None, *, needed: bool) -> type[Exception] | None:
        if self.indicator.measure == "qualitative":
            return NoNumberAllowed if value is not None else None
        return NumberNeeded if needed and value is None else None

    @rule(
        target=periods,
        first=st.integers(-400, 30),
        length=st.integers(-2, 40),
        aim=st.none() | FIGURES,
    )
    def plan(self, first: int, length: int, aim: float | None) -> UUID:
        period = Period(
            uuid4(), TODAY + timedelta(days=first), TODAY + timedelta(days=first + length), aim, ""
        )
        days = {period.starts + timedelta(days=number) for number in range(length + 1)}
        taken = {
            other.starts + timedelta(days=number)
            for other in self.indicator.periods
            for number in range((other.ends - other.starts).days + 1)
        }
        refusal: type[Exception] | None = None
        if length < 0:
            refusal = PeriodReversed
        elif days & taken:
            refusal = PeriodsOverlap
        else:
            refusal = self.bad_number(aim, needed=False)
        if refusal:
            with pytest.raises(refusal):
                self.indicator.plan(period)
            return self.indicator.periods[0].id if self.indicator.periods else uuid4()
        self.indicator.plan(period)
        self.told[period.id] = []
        return period.id

    def known(self, period_id: UUID) -> Period | None:
        return self.indicator.period(period_id) if period_id in self.told else None

    @rule(period_id=periods, aim=st.none() | FIGURES)
    def aim(self, period_id: UUID, aim: float | None) -> None:
        period = self.known(period_id)
        if period is None:
            return
        refusal = TargetAfterMeasurement if self.told[period_id] else self.bad_number(aim, needed=False)
        if refusal:
            before = period.target
            with pytest.raises(refusal):
                self.indicator.aim(period, aim, "")
            assert period.target == before
            return
        self.indicator.aim(period, aim, "")

    def measurement(self, value: float | None, comment: str, on: date) -> Measurement:
        return Measurement(uuid4(), value, comment, on, OTHER, "BPS", [], "a", AT)

    def bad_measurement(
        self, period: Period, value: float | None, comment: str, on: date
    ) -> type[Exception] | None:
        if on > TODAY:
            return DayToCome
        if on < period.starts:
            return MeasuredTooEarly
        refusal = self.bad_number(value, needed=True)
        if refusal is None and self.indicator.measure == "qualitative" and not comment:
            return CommentNeeded
        return refusal

    @rule(
        period_id=periods,
        value=st.none() | FIGURES | st.sampled_from([0.0, 1.0]),
        comment=st.sampled_from(["", "baik"]),
        days=st.integers(-3, 60),
    )
    def measure(self, period_id: UUID, value: float | None, comment: str, days: int) -> None:
        period = self.known(period_id)
        if period is None:
            return
        new = self.measurement(value, comment, period.starts + timedelta(days=days))
        refusal = (
            MeasuredAlready if self.told[period_id] else self.bad_measurement(period, value, comment, new.on)
        )
        if refusal:
            with pytest.raises(refusal):
                self.indicator.record(period, new, TODAY)
            return
        self.indicator.record(period, new, TODAY)
        self.told[period_id].append((new.id, value, ""))

    @rule(
        period_id=periods,
        value=st.none() | FIGURES,
        comment=st.sampled_from(["", "baik"]),
        which=st.integers(0, 5),
    )
    def correct(self, period_id: UUID, value: float | None, comment: str, which: int) -> None:
        period = self.known(period_id)
        if period is None or not self.told[period_id]:
            return
        told = self.told[period_id]
        chosen = told[which % len(told)][0]
        new = self.measurement(value, comment, period.starts)
        refusal = (
            self.bad_measurement(period, value, comment, new.on)
            if chosen == told[-1][0]
            else CorrectedAlready
        )
        if refusal:
            with pytest.raises(refusal):
                self.indicator.correct(chosen, new, "salah hitung", TODAY)
            return
        assert self.indicator.correct(chosen, new, "salah hitung", TODAY) is period
        told.append((new.id, value, "salah hitung"))

    @rule(period_id=periods)
    def miss(self, period_id: UUID) -> None:
        period = self.known(period_id)
        if period is None:
            return
        news = not self.told[period_id] and period_id not in self.missed
        assert self.indicator.miss(period, AT) is news
        if news:
            self.missed.add(period_id)

    @invariant()
    def history_is_never_lost(self) -> None:
        for period in self.indicator.periods:
            told = [
                (measurement.id, measurement.value, measurement.reason) for measurement in period.measurements
            ]
            assert told == self.told[period.id]
            corrected = [measurement.corrects for measurement in period.measurements]
            assert corrected == [None, *(item[0] for item in told)][: len(told)]

    @invariant()
    def at_most_one_measurement_is_current(self) -> None:
        for period in self.indicator.periods:
            replaced = {measurement.corrects for measurement in period.measurements}
            current = [measurement for measurement in period.measurements if measurement.id not in replaced]
            assert current == ([period.current] if period.current else [])

    @invariant()
    def on_target_agrees_with_a_naive_oracle(self) -> None:
        for period in self.indicator.periods:
            actual = self.told[period.id][-1][1] if self.told[period.id] else None
            expected: bool | None
            if self.indicator.measure == "qualitative" or actual is None or period.target is None:
                expected = None
            elif self.indicator.measure == "nominal":
                expected = not (actual < period.target or actual > period.target)
            else:
                gap = actual - period.target if self.indicator.ascending else period.target - actual
                expected = gap >= 0
            assert self.indicator.on_target(period) is expected

    @invariant()
    def what_was_measured_is_not_missing(self) -> None:
        for period in self.indicator.periods:
            missing = period.id in self.missed and not self.told[period.id]
            assert (period.missing_since is not None) is missing

    @invariant()
    def periods_share_no_day(self) -> None:
        ordered = self.indicator.in_order
        assert all(period.starts <= period.ends for period in ordered)
        assert all(period.ends < two.starts for period, two in pairwise(ordered))


TestContributing = Contributing.TestCase
TestContributing.settings = QUICK
TestMeasuring = Measuring.TestCase
TestMeasuring.settings = QUICK


@given(actual=FIGURES, target=FIGURES)
def test_more_is_on_target_where_ascending_and_less_where_not(actual: float, target: float) -> None:
    up = reached(Measure.UNIT, True, actual, target)
    down = reached(Measure.PERCENTAGE, False, actual, target)
    assert up or down
    assert (up and down) == (actual == target)


@given(value=FIGURES)
def test_a_plain_number_is_the_same_number(value: float) -> None:
    text = plain(value)
    assert float(text) == value
    assert set(text) <= set("-0123456789.")


@given(
    start=st.dates(date(1945, 8, 17), date(2100, 1, 1)),
    days=st.integers(0, 3000),
    total=st.integers(0, 10**15),
)
def test_a_divided_budget_keeps_its_sum_and_its_days(start: date, days: int, total: int) -> None:
    end = start + timedelta(days=days)
    spans = by_year(start, end, total)
    assert sum(value for _, _, value in spans) == total
    assert (spans[0][0], spans[-1][1]) == (start, end)
    assert all(day[1] + timedelta(days=1) == two[0] for day, two in pairwise(spans))
    assert all(0 <= (last - first).days <= 365 and value >= 0 for first, last, value in spans)
