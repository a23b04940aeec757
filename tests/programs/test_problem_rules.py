"""Whatever is done to a problem, in whatever order: no phase is entered that was not earned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.programs.model.findings import Incident, Option, RootCause, Signal
from services.programs.model.problem import LEAST_INCIDENTS, LEAST_OPTIONS, Problem
from shared.contracts.vocabulary import Impact, ProblemPhase, Side
from shared.refusal import Refusal
from tests.programs.world import shape

TODAY = date(2026, 1, 5)
NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)
ORDER = list(ProblemPhase)
reasons = st.sampled_from(["", "sebab"])
days = st.integers(-3, 1).map(lambda offset: TODAY + timedelta(days=offset))


class OneProblem(RuleBasedStateMachine):
    """Random commands against one problem."""

    @initialize(ahead=st.integers(0, 3))
    def begin(self, ahead: int) -> None:
        """A problem that has come some phases ahead already, so that late ones are met often."""
        self.problem = Problem(
            uuid4(),
            "polresta-contoh",
            uuid4(),
            "Balap liar",
            "-",
            "35.15",
            "street-racing",
            Impact.DAMAGES,
            NOW,
        )
        self.first_stage: date | None = None
        self.carried_out: date | None = None
        if ahead > 0:
            self.problem.move(ProblemPhase.ANALYSIS, "", "sebab")
        if ahead > 1:
            self.find_out()
        if ahead > 2:
            self.problem.move(ProblemPhase.RESPONSE, "", "")

    def find_out(self) -> None:
        """A root cause, two options, a choice."""
        self.problem.identify(RootCause(uuid4(), Side.PLACE, "Gelap", "Survei", NOW))
        for _ in range(2):
            self.problem.propose(Option(uuid4(), "Lampu", "-", "-", "", "", NOW))
        self.problem.choose(self.problem.options[0].id, "sebab")

    def attempt(self, act: Callable[[], Any]) -> bool:
        """Do it; a refusal must leave everything as it was."""
        before = shape(self.problem)
        try:
            act()
        except Refusal:
            assert shape(self.problem) == before, "a refused act changed something"
            return False
        return True

    @rule(reference=st.sampled_from("ABC"), on=days)
    def record_incident(self, reference: str, on: date) -> None:
        incident = Incident(uuid4(), reference, on, "35.15", "", recurrence=False, recorded_at=NOW)
        self.attempt(lambda: self.problem.record_incident(incident, TODAY))

    @rule(on=days)
    def observe(self, on: date) -> None:
        signal = Signal(uuid4(), on, "35.15", "", NOW)
        self.attempt(lambda: self.problem.observe(signal, TODAY))

    @rule(data=st.data(), on=days)
    def act_on(self, data: st.DataObject, on: date) -> None:
        known = [signal.id for signal in self.problem.signals]
        signal = data.draw(st.sampled_from([*known, UUID(int=0)]))
        acted = {signal.id for signal in self.problem.signals if signal.acted_on is not None}
        if self.attempt(lambda: self.problem.act_on(signal, on, uuid4(), "", TODAY)):
            assert signal not in acted, "a signal was acted on twice"

    @rule(evidence=reasons, files=st.sampled_from([[], [str(UUID(int=1))]]))
    def identify(self, evidence: str, files: list[str]) -> None:
        cause = RootCause(uuid4(), Side.PLACE, "Gelap", evidence, NOW, files)
        self.attempt(lambda: self.problem.identify(cause))

    @rule()
    def propose(self) -> None:
        option = Option(uuid4(), "Lampu", "-", "-", "", "", NOW)
        self.attempt(lambda: self.problem.propose(option))

    @rule(data=st.data())
    def choose(self, data: st.DataObject) -> None:
        option = data.draw(st.sampled_from([*(option.id for option in self.problem.options), UUID(int=0)]))
        before = self.problem.chosen_option
        if self.attempt(lambda: self.problem.choose(option, "sebab")) and option != before:
            self.carried_out = None

    @rule(on=days)
    def carry_out(self, on: date) -> None:
        if self.attempt(lambda: self.problem.carry_out(on, UUID(int=2), "-", TODAY)):
            self.carried_out = on

    @rule(on=days.filter(lambda day: day <= TODAY), wish=st.integers(0, 3))
    def complete_a_stage(self, on: date, wish: int) -> None:
        """Now and then, so that problems without any are met as well."""
        if wish == 0:
            self.problem.complete_stage(on)
            self.first_stage = min(self.first_stage or on, on)

    @rule(to=st.sampled_from(ORDER), reason=reasons, exception=reasons)
    def move(self, to: ProblemPhase, reason: str, exception: str) -> None:
        before = ORDER.index(self.problem.phase)
        if self.attempt(lambda: self.problem.move(to, reason, exception)):
            after = ORDER.index(self.problem.phase)
            assert self.problem.phase is to
            assert after == before + 1 or (after < before and reason)

    @rule(data=st.data())
    def move_on(self, data: st.DataObject) -> None:
        """Forward wherever possible, so that late phases are reached often."""
        following = ORDER[min(ORDER.index(self.problem.phase) + 1, len(ORDER) - 1)]
        exception = data.draw(reasons)
        self.attempt(lambda: self.problem.move(following, "", exception))

    def reached(self, phase: ProblemPhase) -> bool:
        """Whether the problem is in that phase or in a later one."""
        return ORDER.index(self.problem.phase) >= ORDER.index(phase)

    @invariant()
    def analysis_has_incidents_or_an_exception(self) -> None:
        if self.reached(ProblemPhase.ANALYSIS):
            assert len(self.problem.incidents) >= LEAST_INCIDENTS or self.problem.exception_reason

    @invariant()
    def a_response_answers_a_shown_cause_and_was_chosen(self) -> None:
        if self.reached(ProblemPhase.RESPONSE):
            assert any(cause.evidence or cause.files for cause in self.problem.root_causes)
            assert self.problem.chosen_option is not None

    @invariant()
    def an_assessment_follows_something_done(self) -> None:
        if self.reached(ProblemPhase.ASSESSMENT):
            assert self.first_stage or self.problem.carried_out_on is not None

    @invariant()
    def a_choice_compared_options(self) -> None:
        if self.problem.chosen_option is not None:
            assert self.problem.chosen_option in [option.id for option in self.problem.options]
            assert len(self.problem.options) >= LEAST_OPTIONS

    @invariant()
    def every_root_cause_is_shown(self) -> None:
        assert all(cause.evidence or cause.files for cause in self.problem.root_causes)

    @invariant()
    def incidents_count_once(self) -> None:
        references = [incident.reference for incident in self.problem.incidents]
        assert len(references) == len(set(references))

    @invariant()
    def a_recurrence_is_what_came_after_the_response_and_nothing_else(self) -> None:
        assert (self.problem.carried_out_on is None) == (self.problem.carried_out_by is None)
        response = self.carried_out if self.carried_out is not None else self.first_stage
        for incident in self.problem.incidents:
            later = response is not None and (incident.on - response).days >= 1
            assert incident.recurrence is later
            assert (incident.id in self.problem.recurrences) is later

    @invariant()
    def nothing_was_recorded_ahead_of_time(self) -> None:
        assert all(incident.on <= TODAY for incident in self.problem.incidents)
        for signal in self.problem.signals:
            assert signal.on <= TODAY
            assert signal.acted_on is None or signal.on <= signal.acted_on <= TODAY


TestOneProblem = OneProblem.TestCase
TestOneProblem.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
