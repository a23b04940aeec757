"""Whatever is done to a programme, in whatever order: work is shown, judged by others, and waits its turn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.programs.model.cycle import Answer, Recommendation, check_answers
from services.programs.model.evidence import Evidence
from services.programs.model.plan import CircularDependency, DependencyUnknown, dependencies
from services.programs.model.program import Program
from services.programs.model.stage import Stage
from shared.contracts.vocabulary import ProgramState, StageState
from shared.refusal import Refusal
from tests.programs.world import shape

NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)
TODAY = NOW.date()
PARTIES = [uuid4() for _ in range(3)]
PERSONS = ["p-1", "p-2", "p-3"]
parties, persons = st.sampled_from(PARTIES), st.sampled_from(PERSONS)
ends = st.one_of(st.none(), st.integers(-2, 6).map(lambda offset: TODAY + timedelta(days=offset)))


@st.composite
def forests(draw: st.DrawFn) -> list[list[int]]:
    """Dependencies that lead only to earlier stages, so that none is in a circle."""
    count = draw(st.integers(1, 4))
    return [
        draw(st.lists(st.integers(1, position), unique=True)) if position else [] for position in range(count)
    ]


class OneProgram(RuleBasedStateMachine):
    """Random commands against one programme, by three parties and three persons, day after day."""

    @initialize(waits=forests(), data=st.data())
    def begin(self, waits: list[list[int]], data: st.DataObject) -> None:
        stages = [
            Stage(
                uuid4(),
                position,
                f"Tahap {position}",
                data.draw(parties),
                depends_on=dependency,
                planned_end=data.draw(ends),
            )
            for position, dependency in enumerate(dependencies([tuple(wait) for wait in waits]), 1)
        ]
        self.program = Program(
            uuid4(),
            "polresta-contoh",
            uuid4(),
            "Program",
            "",
            ["Aman"],
            NOW,
            NOW,
            stages=stages,
            state=ProgramState.APPROVED,
        )
        self.today = TODAY
        self.submitters: dict[UUID, set[str]] = {}
        self.judges: dict[UUID, str] = {}
        self.told: list[tuple[UUID, date]] = []

    def stage(self, data: st.DataObject, *states: StageState) -> Stage:
        """Any stage; of those in one of ``states``, where there are some."""
        fitting = [stage for stage in self.program.stages if stage.state in states]
        return data.draw(st.sampled_from(fitting or self.program.stages))

    def attempt(self, act: Callable[[], Any]) -> bool:
        """Do it; a refusal must leave everything as it was, and an ended programme refuses all."""
        before, over = shape(self.program), not self.program.alive
        try:
            act()
        except Refusal:
            assert shape(self.program) == before, "a refused act changed something"
            return False
        assert not over, "a programme that is over was changed"
        return True

    @rule(data=st.data(), by=parties)
    def start(self, data: st.DataObject, by: UUID) -> None:
        stage = self.stage(data)
        if self.attempt(lambda: self.program.start(stage, by, None, NOW)):
            assert by == stage.responsible

    @rule(data=st.data())
    def start_as_planned(self, data: st.DataObject) -> None:
        """The responsible party starts, so that later states are reached often."""
        stage = self.stage(data, StageState.PLANNED)
        self.attempt(lambda: self.program.start(stage, stage.responsible, None, NOW))

    @rule(data=st.data(), by=parties, person=persons, files=st.integers(0, 1))
    def submit(self, data: st.DataObject, by: UUID, person: str, files: int) -> None:
        stage = self.stage(data, StageState.IN_PROGRESS, StageState.RETURNED)
        evidence = [_file(by) for _ in range(files)]
        if self.attempt(lambda: self.program.submit(stage, by, person, evidence, NOW)):
            assert by == stage.responsible
            assert files, "submitted without evidence"
            self.submitters.setdefault(stage.id, set()).add(person)

    @rule(data=st.data(), person=persons)
    def submit_as_planned(self, data: st.DataObject, person: str) -> None:
        """The responsible party submits with a file."""
        stage = self.stage(data, StageState.IN_PROGRESS, StageState.RETURNED)
        files = [_file(stage.responsible)]
        if self.attempt(lambda: self.program.submit(stage, stage.responsible, person, files, NOW)):
            self.submitters.setdefault(stage.id, set()).add(person)

    @rule(data=st.data(), by=parties, person=persons)
    def accept(self, data: st.DataObject, by: UUID, person: str) -> None:
        stage = self.stage(data, StageState.SUBMITTED)
        if self.attempt(lambda: self.program.accept(stage, by, person, NOW)):
            self.judges[stage.id] = person

    @rule(data=st.data(), by=parties, person=persons)
    def give_back(self, data: st.DataObject, by: UUID, person: str) -> None:
        stage = self.stage(data, StageState.SUBMITTED)
        late = stage.planned_end is not None and self.today > stage.planned_end
        since = NOW if late else None
        if self.attempt(lambda: self.program.give_back(stage, by, person, "Kurang", since)):
            assert by != stage.responsible
            assert person not in self.submitters[stage.id]
            assert stage.overdue is (late and (stage.id, stage.planned_end) in self.told)

    @rule(data=st.data())
    def skip(self, data: st.DataObject) -> None:
        stage = self.stage(data, StageState.SUBMITTED)
        self.attempt(lambda: self.program.skip(stage, "Tidak perlu"))

    @rule(data=st.data(), start=ends, end=ends)
    def replan(self, data: st.DataObject, start: date | None, end: date | None) -> None:
        stage = self.stage(data)
        before = stage.planned_end
        if self.attempt(lambda: self.program.replan(stage, start, end)) and end != before:
            assert not stage.overdue
            self.told = [item for item in self.told if item[0] != stage.id]

    @rule(data=st.data(), to=parties)
    def reassign(self, data: st.DataObject, to: UUID) -> None:
        stage = self.stage(data)
        waiting = stage.state in (StageState.SUBMITTED, StageState.COMPLETED, StageState.SKIPPED)
        before = stage.responsible
        if self.attempt(lambda: self.program.reassign(stage, to)):
            assert not waiting, "another party answers for what was submitted"
            assert before != stage.responsible == to
            assert stage.led_by is None
            self.submitters.pop(stage.id, None)

    @rule(days=st.integers(1, 3))
    def wait(self, days: int) -> None:
        """Days pass, and the clock looks at every stage, twice."""
        self.today += timedelta(days=days)
        for stage in [*self.program.stages, *self.program.stages]:
            if self.program.alive and stage.pass_end(self.today, NOW):
                assert stage.planned_end is not None
                self.told.append((stage.id, stage.planned_end))

    @rule()
    def close(self) -> None:
        self.attempt(lambda: self.program.close(self.today, [], None))

    @rule(wish=st.integers(0, 9))
    def abandon(self, wish: int) -> None:
        if wish == 0:
            self.attempt(lambda: self.program.abandon(self.today, "Batal"))

    @invariant()
    def completed_work_is_shown_and_accepted_by_another_party_and_person(self) -> None:
        for stage in self.program.stages:
            if stage.state is StageState.COMPLETED:
                assert stage.evidence > 0
                assert stage.submitted_by == stage.responsible
                assert stage.judged_by not in (None, stage.submitted_by)
                assert self.judges[stage.id] not in self.submitters[stage.id]

    @invariant()
    def what_began_had_nothing_to_wait_for(self) -> None:
        done = {stage.position for stage in self.program.stages if stage.done}
        for stage in self.program.stages:
            if stage.started_at is not None:
                assert set(stage.depends_on) <= done

    @invariant()
    def late_is_what_is_open_after_its_end(self) -> None:
        for stage in self.program.stages:
            if stage.overdue:
                assert stage.state in (StageState.PLANNED, StageState.IN_PROGRESS, StageState.RETURNED)
                assert stage.planned_end is not None
                assert stage.planned_end < self.today

    @invariant()
    def a_planned_end_is_told_once(self) -> None:
        assert len(self.told) == len(set(self.told))

    @invariant()
    def a_programme_runs_when_a_stage_began_and_closes_when_all_are_behind_it(self) -> None:
        begun = any(stage.started_at for stage in self.program.stages)
        assert self.program.state is not ProgramState.APPROVED or not begun
        assert self.program.state is not ProgramState.RUNNING or begun
        if self.program.state is ProgramState.CLOSED:
            assert all(stage.done for stage in self.program.stages)

    @invariant()
    def dates_are_in_order(self) -> None:
        for stage in self.program.stages:
            if stage.planned_start is not None and stage.planned_end is not None:
                assert stage.planned_start <= stage.planned_end


TestOneProgram = OneProgram.TestCase
TestOneProgram.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)


def _file(by: UUID) -> Evidence:
    return Evidence(uuid4(), "polresta-contoh", uuid4(), by, "a.csv", "text/csv", 1, "00", "sha256/00", NOW)


def _in_a_circle(waits: list[list[int]]) -> bool:
    """By hand: whether taking away stages that wait for nothing leaves some over."""
    left = {position: set(wait) for position, wait in enumerate(waits, 1)}
    while free := [position for position, item in left.items() if not item & left.keys()]:
        for position in free:
            del left[position]
    return bool(left)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.lists(st.integers(0, n + 1)), min_size=n, max_size=n)))
def test_dependencies_are_refused_exactly_when_they_cannot_be_kept(waits: list[list[int]]) -> None:
    nowhere = any(
        item == position or not 1 <= item <= len(waits)
        for position, each in enumerate(waits, 1)
        for item in each
    )
    try:
        resolved = dependencies([tuple(wait) for wait in waits])
    except DependencyUnknown:
        assert nowhere
    except CircularDependency:
        assert _in_a_circle(waits)
    else:
        assert not nowhere
        assert not _in_a_circle(waits)
        assert resolved == [sorted(set(wait)) for wait in waits]


@given(st.integers(1, 6))
def test_without_a_word_each_stage_waits_for_the_one_before(count: int) -> None:
    assert dependencies([None] * count) == [[position] if position else [] for position in range(count)]


@settings(deadline=None)
@given(
    st.integers(0, 4), st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.sampled_from(["", "sebab"])))
)
def test_answers_pass_exactly_when_each_recommendation_has_one(
    count: int, given_answers: list[tuple[int, bool, str]]
) -> None:
    advice = [Recommendation(UUID(int=number), number, f"Saran {number}") for number in range(count)]
    answers = [Answer(UUID(int=number), adopted, reason) for number, adopted, reason in given_answers]
    numbers = [number for number, _, _ in given_answers]
    right = sorted(numbers) == list(range(count)) and all(adopted or why for _, adopted, why in given_answers)
    try:
        check_answers(advice, answers)
    except Refusal:
        assert not right
    else:
        assert right
