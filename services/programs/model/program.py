"""Programmes: stages, cycles, closing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.programs.model.change import Change, UnknownChange
from services.programs.model.cycle import Answer, NotAdopted, Recommendation, check_answers
from services.programs.model.evidence import Evidence
from services.programs.model.proposal import Proposal
from services.programs.model.stage import STAGE, Stage
from shared.contracts.vocabulary import ProgramState, StageState
from shared.refusal import Refusal
from shared.states import Machine

PROGRAM = Machine(
    "programme",
    {
        (ProgramState.PROPOSED, "endorse"): ProgramState.PROPOSED,
        (ProgramState.PROPOSED, "approve"): ProgramState.APPROVED,
        (ProgramState.PROPOSED, "decline"): ProgramState.DECLINED,
        (ProgramState.PROPOSED, "revise"): ProgramState.PROPOSED,
        (ProgramState.PROPOSED, "withdraw"): ProgramState.WITHDRAWN,
        # A party that declines does not bind the board.
        (ProgramState.DECLINED, "approve"): ProgramState.APPROVED,
        (ProgramState.DECLINED, "revise"): ProgramState.PROPOSED,
        (ProgramState.DECLINED, "withdraw"): ProgramState.WITHDRAWN,
        (ProgramState.APPROVED, "start a stage"): ProgramState.RUNNING,
        (ProgramState.RUNNING, "start a stage"): ProgramState.RUNNING,
        (ProgramState.APPROVED, "change a stage"): ProgramState.APPROVED,
        (ProgramState.RUNNING, "change a stage"): ProgramState.RUNNING,
        (ProgramState.RUNNING, "close"): ProgramState.CLOSED,
        # Every stage was skipped: nothing began, but there may be lessons learned.
        (ProgramState.APPROVED, "close"): ProgramState.CLOSED,
        (ProgramState.APPROVED, "abandon"): ProgramState.ABANDONED,
        (ProgramState.RUNNING, "abandon"): ProgramState.ABANDONED,
    },
)


class UnknownStage(Refusal):
    """The programme has no such stage."""

    kind = "unknown"
    message = "This programme has no stage with the id %(id)s."
    remedy = "Open the programme to see its stages."


class DependencyOpen(Refusal):
    """A stage begins after all stages on which it depends."""

    kind = "conflict"
    message = "Stage %(position)s cannot start: it depends on stage %(open)s."
    remedy = "Complete that stage first, or skip it with a reason."


class StagesOpen(Refusal):
    """A programme is closed after all its stages are completed or skipped."""

    kind = "conflict"
    message = (
        "The programme cannot be closed while these stages are neither completed nor skipped: %(stages)s."
    )
    remedy = "Complete these stages, skip them with a reason, or abandon the programme."


class ProgramOver(Refusal):
    """Nothing is added to an ended programme."""

    kind = "conflict"
    message = "The programme “%(title)s” has ended, so nothing can be added to it."
    remedy = "Begin its next cycle, or add the missing information to the recommendations of that cycle."


class NotApprovedYet(Refusal):
    """Work belongs to an approved programme."""

    kind = "conflict"
    message = "The programme “%(title)s” has not been approved, so nothing can be added to it."
    remedy = "Wait until a board has decided it, or every bound party has endorsed it."


class PreviousNotClosed(Refusal):
    """A new cycle follows a closed programme."""

    kind = "conflict"
    message = "The programme “%(title)s” is not closed, so its next cycle cannot begin."
    remedy = "Close it with its recommendations first."


class PreviousElsewhere(Refusal):
    """Cycles follow one another within one partnership."""

    kind = "invalid"
    message = "The programme %(id)s belongs to another partnership."
    remedy = "Choose a closed programme of the same partnership."


@dataclass(eq=False)
class Addressed:
    """A problem that a programme addresses."""

    problem_id: UUID


@dataclass(frozen=True, slots=True)
class HandOver:
    """The organisation that continues the work, and what that needs."""

    to: UUID
    note: str


@dataclass(eq=False)
class Program(Proposal):
    """A programme with its ordered stages, proposed by a party and approved by all of them or their board.

    ``cycle`` counts from 1; ``previous_id`` is the programme that this one continues. The budget is in
    whole units of ``budget_currency`` (ISO 4217). ``template_id`` is the template of its stages,
    ``decision_id`` the decision of a board that closed it.
    """

    id: UUID
    agency: str
    partnership_id: UUID
    title: str
    context: str
    objectives: list[str]
    proposed_at: datetime
    approved_at: datetime | None = None
    cycle: int = 1
    previous_id: UUID | None = None
    template_id: UUID | None = None
    budget_amount: int | None = None
    budget_currency: str | None = None
    planned_start: date | None = None
    planned_end: date | None = None
    state: ProgramState = ProgramState.PROPOSED
    started_at: datetime | None = None
    ended_on: date | None = None
    handed_over_to: UUID | None = None
    handover_note: str = ""
    decision_id: UUID | None = None
    abandoned_reason: str = ""
    stages: list[Stage] = field(default_factory=list)
    addressed: list[Addressed] = field(default_factory=list)
    recommendations: list[Recommendation] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    version: int = 0
    search_key: str = ""
    entered_afterwards: bool = False

    @property
    def completed(self) -> int:
        """How many stages are completed."""
        return sum(stage.state is StageState.COMPLETED for stage in self.stages)

    @property
    def since(self) -> datetime:
        """When it was approved; if it is not, when it was proposed."""
        return self.approved_at or self.proposed_at

    @property
    def last_act_at(self) -> datetime:
        """When it was approved, or the latest act on one of its stages."""
        of_stages = ((stage.started_at, stage.submitted_at, stage.completed_at) for stage in self.stages)
        return max([self.since, *(at for acts in of_stages for at in acts if at is not None)])

    @property
    def problems(self) -> tuple[UUID, ...]:
        """The problems that it addresses."""
        return tuple(problem.problem_id for problem in self.addressed)

    def stage(self, stage_id: UUID) -> Stage:
        """One stage; raises :class:`UnknownStage`."""
        for stage in self.stages:
            if stage.id == stage_id:
                return stage
        raise UnknownStage(id=str(stage_id))

    def change(self, change_id: UUID) -> Change:
        """One proposed change; raises :class:`UnknownChange`."""
        for change in self.changes:
            if change.id == change_id:
                return change
        raise UnknownChange(id=str(change_id))

    def endorse(self, party: UUID, person: str, revision: int, bound: Collection[UUID]) -> bool:
        """Endorse it for a party; returns whether every bound party now has."""
        following = PROGRAM.after(self.state, "endorse")
        complete = self.add_endorsement(party, person, revision, bound)
        self.state = following
        return complete

    def approve(self, at: datetime, decision_id: UUID | None = None) -> None:
        """Approve it, by the decision of a board, or once every bound party has endorsed it."""
        self.state = PROGRAM.after(self.state, "approve")
        self.approved_at, self.approval_decision_id = at, decision_id

    def decline(self, party: UUID, revision: int, reason: str) -> None:
        """Decline it for a party, for a reason."""
        following = PROGRAM.after(self.state, "decline")
        self.require_read(revision)
        self.state, self.declined_by, self.declined_reason = following, party, reason

    def revise(self) -> None:
        """Begin the next revision: what was endorsed or declined was another one."""
        self.state = PROGRAM.after(self.state, "revise")
        self.renew()

    def withdraw(self, reason: str) -> None:
        """Withdraw it before its approval."""
        self.state = PROGRAM.after(self.state, "withdraw")
        self.withdrawn_reason = reason

    def answer_to(self, recommendation_id: UUID) -> Answer:
        """Its answer to a recommendation of the previous programme; raises :class:`NotAdopted`."""
        for answer in self.answers:
            if answer.recommendation_id == recommendation_id:
                return answer
        raise NotAdopted(id=str(recommendation_id))

    def continue_from(self, previous: Program, answers: Sequence[Answer]) -> None:
        """Continue a closed programme of the same partnership as its next cycle, with answers."""
        if previous.partnership_id != self.partnership_id:
            raise PreviousElsewhere(id=str(previous.id))
        if previous.state is not ProgramState.CLOSED:
            raise PreviousNotClosed(title=previous.title)
        check_answers(previous.recommendations, answers)
        self.previous_id, self.cycle, self.answers = previous.id, previous.cycle + 1, list(answers)

    def start(self, stage: Stage, by: UUID, led_by: UUID | None, at: datetime, person: str = "") -> None:
        """Start a stage, after its dependencies; the first one starts the programme."""
        following = PROGRAM.after(self.state, "start a stage")
        for earlier in self.stages:
            if earlier.position in stage.depends_on and not earlier.done:
                raise DependencyOpen(position=stage.position, open=earlier.position)
        stage.start(by, led_by, at, person)
        self.state, self.started_at = following, self.started_at or at

    def submit(self, stage: Stage, by: UUID, person: str, files: Sequence[Evidence], at: datetime) -> None:
        """Submit a stage with its evidence."""
        self._changing()
        stage.submit(by, person, files, at)

    def accept(self, stage: Stage, by: UUID, person: str, at: datetime, *, belongs: bool = False) -> None:
        """Accept a submitted stage; ``belongs`` tells whether the person belongs to the submitting party."""
        self._changing()
        stage.accept(by, person, at, belongs=belongs)

    def give_back(
        self,
        stage: Stage,
        by: UUID,
        person: str,
        reason: str,
        late_since: datetime | None,
        *,
        belongs: bool = False,
    ) -> None:
        """Return a submitted stage with a reason."""
        self._changing()
        stage.give_back(by, person, reason, late_since, belongs=belongs)

    def concerns_only(self, party: UUID, stage: Stage, start: date | None, end: date | None) -> bool:
        """Whether new dates of a stage concern its responsible party alone.

        They stay within the programme's days, nobody else is responsible for the stage, and it ends before
        the planned start of other parties' stages that wait for it.
        """
        if party != stage.responsible or stage.co_responsible:
            return False
        waiting = [
            follower.planned_start
            for follower in self.stages
            if stage.position in follower.depends_on
            and follower.responsible != party
            and follower.planned_start
        ]
        first, last = self.days
        late = last is not None and (end is None or end > last)
        early = first is not None and start is not None and start < first
        return not (late or early) and all(end is not None and end < begins for begins in waiting)

    @property
    def days(self) -> tuple[date | None, date | None]:
        """Its first and last planned day; where it has none of its own, those of its stages."""
        starts = [stage.planned_start for stage in self.stages if stage.planned_start]
        ends = [stage.planned_end for stage in self.stages if stage.planned_end]
        return self.planned_start or min(starts, default=None), self.planned_end or max(ends, default=None)

    def check_change(self, act: str, stage: Stage) -> None:
        """Refuse what the programme or the stage does not allow now."""
        self._changing()
        STAGE.after(stage.state, act)

    def check_close(self) -> None:
        """Refuse to close it while a stage is neither completed nor skipped, with :class:`StagesOpen`."""
        PROGRAM.after(self.state, "close")
        still_open = [str(stage.position) for stage in self.stages if not stage.done]
        if still_open:
            raise StagesOpen(stages=still_open)

    def skip(self, stage: Stage, reason: str) -> None:
        """Skip a stage, for a reason."""
        self._changing()
        stage.skip(reason)

    def replan(self, stage: Stage, start: date | None, end: date | None) -> bool:
        """Change a stage's planned dates; returns whether its end changed."""
        self._changing()
        return stage.replan(start, end)

    def reassign(self, stage: Stage, to: UUID) -> UUID:
        """Reassign a stage to another party; returns the previous one."""
        self._changing()
        return stage.reassign(to)

    def close(self, on: date, recommendations: Sequence[Recommendation], handover: HandOver | None) -> None:
        """Close it with its recommendations, once every stage is completed or skipped."""
        self.check_close()
        self.state, self.ended_on = PROGRAM.after(self.state, "close"), on
        self.recommendations = list(recommendations)
        if handover is not None:
            self.handed_over_to, self.handover_note = handover.to, handover.note

    def abandon(self, on: date, reason: str) -> None:
        """Abandon it, for a reason."""
        self.state = PROGRAM.after(self.state, "abandon")
        self.ended_on, self.abandoned_reason = on, reason
        for stage in self.stages:
            stage.overdue_since = None

    @property
    def alive(self) -> bool:
        """Whether its stages can still change."""
        return PROGRAM.allows(self.state, "change a stage")

    def require_alive(self) -> None:
        """Refuse additions before its approval and after its end.

        Raises :class:`NotApprovedYet` and :class:`ProgramOver`.
        """
        self.require_approved()
        if not self.alive:
            raise ProgramOver(title=self.title)

    def require_approved(self) -> None:
        """Refuse additions to a mere proposal, with :class:`NotApprovedYet`."""
        if self.approved_at is None:
            raise NotApprovedYet(title=self.title)

    def _changing(self) -> None:
        PROGRAM.after(self.state, "change a stage")
