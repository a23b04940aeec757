"""What can be done with activities: record them, and take them back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.programs.commands.parties import acting_party, today_of
from services.programs.commands.references import problem_of, program_of, stage_of, umbrella_of
from services.programs.model.activity import Activity, Breach, noted
from services.programs.model.program import Program
from shared import areas
from shared.contracts.programs import ActivityRecorded, ActivityRetracted, Impact, Means, Phase
from shared.database.transaction import Transaction


@dataclass(frozen=True, slots=True)
class RecordActivity:
    """Tell what was done for a programme; ``impact`` counts only where no problem is named."""

    program_id: UUID
    stage_id: UUID | None
    problem_id: UUID | None
    title: str
    means: Means
    intensity: int
    phase: Phase
    impact: Impact | None
    legal_umbrella: UUID | None
    legal_citation: str
    area: str
    on: date
    reached: int
    audience: str
    trained: tuple[UUID, ...]
    breaches: tuple[Breach, ...]


@dataclass(frozen=True, slots=True)
class RetractActivity:
    """Take an activity back, for a reason."""

    activity_id: UUID
    reason: str


def record_activity(tx: Transaction, command: RecordActivity) -> Activity:
    """Record what the actor's own organisation did."""
    program = program_of(tx, command.program_id)
    party = acting_party(tx, program)
    program.require_alive()
    areas.require(command.area)
    activity = _activity(tx, program, party, command)
    activity.check(today_of(tx, activity, activity.area))
    tx.add(activity)
    tx.record(_recorded(activity))
    return activity


def _activity(tx: Transaction, program: Program, party: UUID, command: RecordActivity) -> Activity:
    problem = problem_of(tx, program, command.problem_id)
    return Activity(
        id=tx.new_id(),
        agency=program.agency,
        program_id=program.id,
        partnership_id=program.partnership_id,
        stage_id=stage_of(program, command.stage_id),
        problem_id=command.problem_id,
        organisation_id=party,
        recorded_by=tx.actor.person,
        recorded_at=tx.now,
        title=command.title,
        means=command.means,
        intensity=command.intensity,
        phase=command.phase,
        impact=problem.impact if problem else command.impact,
        legal_umbrella=command.legal_umbrella,
        legal_citation=command.legal_citation,
        area=command.area,
        on=command.on,
        reached=command.reached,
        audience=command.audience,
        trained=list(dict.fromkeys(str(one) for one in command.trained)),
        breaches=noted(command.breaches),
        umbrella=umbrella_of(tx, command.legal_umbrella),
    )


def _recorded(activity: Activity) -> ActivityRecorded:
    return ActivityRecorded(
        activity_id=activity.id,
        program_id=activity.program_id,
        partnership_id=activity.partnership_id,
        stage_id=activity.stage_id,
        problem_id=activity.problem_id,
        title=activity.title,
        organisation_id=activity.organisation_id,
        means=activity.means,
        intensity=activity.intensity,
        phase=activity.phase,
        impact=activity.impact,
        legal_umbrella=activity.legal_umbrella,
        area=activity.area,
        on=activity.on,
        reached=activity.reached,
        trained=activity.trained_members,
        prohibitions=tuple(activity.breaches),
    )


def retract_activity(tx: Transaction, command: RetractActivity) -> Activity:
    """Take an activity of the actor's own organisation back."""
    activity = tx.get(Activity, command.activity_id)
    activity.retract(acting_party(tx, activity), command.reason)
    tx.record(
        ActivityRetracted(
            activity_id=activity.id,
            program_id=activity.program_id,
            partnership_id=activity.partnership_id,
            organisation_id=activity.organisation_id,
            title=activity.title,
            on=activity.on,
            reason=command.reason,
        )
    )
    return activity
