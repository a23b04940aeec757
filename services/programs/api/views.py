"""Response types of programmes and stages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.programs.model.change import Change
from services.programs.model.program import Program
from shared.contracts.vocabulary import ChangeKind, ChangeState, Phase


class StageOut(BaseModel):
    """A stage and its progress.

    ``depends_on`` lists the positions of the stages that must be done first; ``evidence`` is how many files
    were submitted, ``reused`` how many of them were evidence of a stage that was completed before (null if
    that is not known); ``overdue`` tells that its planned end passed before it was submitted.
    """

    id: UUID
    position: int
    title: str
    responsible: UUID
    co_responsible: list[UUID]
    phase: Phase | None
    deliverables: list[str]
    depends_on: list[int]
    planned_start: date | None
    planned_end: date | None
    state: str
    overdue: bool
    overdue_since: datetime | None
    led_by: UUID | None
    started_at: datetime | None
    submitted_at: datetime | None
    submitted_by: UUID | None
    evidence: int
    reused: int | None
    judged_by: UUID | None
    completed_at: datetime | None
    returned_reason: str
    skipped_reason: str
    entered_afterwards: bool


class MoneyOut(BaseModel):
    """An amount in whole units of a currency (ISO 4217)."""

    amount: int
    currency: str


class RecommendationOut(BaseModel):
    """A recommendation of a closed programme for the next one."""

    id: UUID
    text: str


class AnswerOut(BaseModel):
    """The answer of a programme to a recommendation of the previous one.

    ``stage_id`` or ``decision_id`` followed it, as the party ``followed_by`` recorded.
    """

    recommendation_id: UUID
    adopted: bool
    reason: str
    stage_id: UUID | None
    decision_id: UUID | None
    followed_by: UUID | None


class ChangeOut(BaseModel):
    """A change that was proposed to the parties.

    ``planned_start`` and ``planned_end`` are of a stage that is replanned, ``responsible`` is of one that is
    reassigned; ``approval_decision_id`` is the decision of a board that put it in force.
    """

    id: UUID
    kind: ChangeKind
    stage_id: UUID | None
    reason: str
    planned_start: date | None
    planned_end: date | None
    responsible: UUID | None
    recommendations: list[str]
    state: ChangeState
    proposed_at: datetime
    proposed_by: UUID | None
    endorsed_by: list[UUID]
    approval_decision_id: UUID | None
    declined_by: UUID | None
    declined_reason: str
    withdrawn_reason: str

    @classmethod
    def of(cls, change: Change) -> Self:
        """The view of a proposed change."""
        content = {
            "planned_start": None,
            "planned_end": None,
            "responsible": None,
            "recommendations": [],
            **change.content,
        }
        return cls.model_validate(
            content | vars(change) | {"endorsed_by": change.endorsed_by, "reason": change.reason}
        )


class ProgramOut(BaseModel):
    """A programme and its progress, from its proposal on.

    ``endorsed_by`` are the parties that endorsed this ``revision``; ``approval_decision_id`` is the decision
    of a board that approved it, ``decision_id`` the one that closed it.
    """

    id: UUID
    agency: str
    partnership_id: UUID
    title: str
    context: str
    objectives: list[str]
    state: str
    cycle: int = Field(description="Counts from 1")
    previous_id: UUID | None
    template_id: UUID | None
    problems: list[UUID]
    budget: MoneyOut | None
    planned_start: date | None
    planned_end: date | None
    proposed_at: datetime
    proposed_by: UUID | None
    revision: int
    endorsed_by: list[UUID]
    approval_decision_id: UUID | None
    declined_by: UUID | None
    declined_reason: str
    withdrawn_reason: str
    approved_at: datetime | None
    started_at: datetime | None
    ended_on: date | None
    entered_afterwards: bool
    handed_over_to: UUID | None
    handover_note: str
    decision_id: UUID | None
    abandoned_reason: str
    completed: int
    stages: list[StageOut]
    recommendations: list[RecommendationOut]
    answers: list[AnswerOut]
    changes: list[ChangeOut]

    @classmethod
    def of(cls, program: Program) -> Self:
        """The view of a programme."""
        budget = None
        if program.budget_amount is not None and program.budget_currency is not None:
            budget = MoneyOut(amount=program.budget_amount, currency=program.budget_currency)
        return cls.model_validate(
            {
                **vars(program),
                "state": program.state.value,
                "problems": list(program.problems),
                "endorsed_by": program.endorsed_by,
                "budget": budget,
                "completed": program.completed,
                "stages": [StageOut.model_validate(stage, from_attributes=True) for stage in program.stages],
                "recommendations": [
                    RecommendationOut.model_validate(recommendation, from_attributes=True)
                    for recommendation in program.recommendations
                ],
                "answers": [
                    AnswerOut.model_validate(answer, from_attributes=True) for answer in program.answers
                ],
                "changes": [ChangeOut.of(change) for change in program.changes],
            }
        )
