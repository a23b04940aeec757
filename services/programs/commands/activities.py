"""Activities: recorded, retracted, confirmed, disputed."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from services.programs.commands.references import problem_of, program_of, stage_of, umbrella_of
from services.programs.model.activity import Activity, Breach, noted
from services.programs.model.program import Program
from services.programs.tables.partnerships import REGISTRY
from shared import areas
from shared.command import Command, Part
from shared.contracts.programs import (
    ActivityConfirmed,
    ActivityDisputed,
    ActivityRecorded,
    ActivityRetracted,
)
from shared.contracts.vocabulary import Impact, Means, Phase, Prohibition
from shared.database import outbox
from shared.database.transaction import Transaction
from shared.fields import AreaCode, Day, Line, Note, Prose, Slug


class BreachIn(Part):
    """A violated prohibition of police–community forums, and what happened."""

    prohibition: Prohibition
    note: Prose


class RecordActivity(Command):
    """Record an activity of your organisation (representative of a bound party).

    ``intensity``: 1 inform, 2 assist, 3 mediate, 4 restrict, 5 coerce. The impact is that of the problem,
    if one is given; from intensity 4 on one of the two is needed. ``legal_umbrella`` is the id of a
    published product of that kind.
    """

    program_id: UUID
    stage_id: UUID | None = None
    problem_id: UUID | None = None
    title: Line
    means: Means
    intensity: Annotated[int, Field(ge=1, le=5)]
    phase: Phase
    impact: Impact | None = None
    legal_umbrella: UUID | None = None
    legal_citation: Note = ""
    area: AreaCode
    on: Day
    reached: Annotated[int, Field(ge=0, le=10**9)] = 0
    audience: Slug
    trained: Annotated[tuple[UUID, ...], Field(max_length=1000)] = ()
    prohibitions: Annotated[tuple[BreachIn, ...], Field(max_length=5)] = ()


class RetractActivity(Command):
    """Retract an activity of your organisation, for a reason; it stays readable."""

    activity_id: UUID
    reason: Prose


class ConfirmActivity(Command):
    """Confirm that an activity took place as recorded (another person, from another bound party)."""

    activity_id: UUID


class DisputeActivity(Command):
    """Dispute an activity (another person, from another bound party), within 30 days of its recording.

    The reason is public. The party may confirm the activity later, which ends its dispute.
    """

    activity_id: UUID
    reason: Prose


def record_activity(tx: Transaction, command: RecordActivity) -> Activity:
    """Record what the actor's own organisation did."""
    program = program_of(tx, command.program_id)
    party = REGISTRY.acting_party(tx, program)
    program.require_alive()
    areas.require(command.area)
    activity = _activity(tx, program, party, command)
    activity.check(REGISTRY.today_of(tx, activity, activity.area))
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
        trained=list(dict.fromkeys(str(person) for person in command.trained)),
        breaches=noted(tuple(Breach(breach.prohibition, breach.note) for breach in command.prohibitions)),
        umbrella=umbrella_of(tx, command.legal_umbrella),
    )


def _recorded(activity: Activity) -> ActivityRecorded:
    return ActivityRecorded(
        **_facts(activity),
        stage_id=activity.stage_id,
        problem_id=activity.problem_id,
        means=activity.means,
        intensity=activity.intensity,
        phase=activity.phase,
        impact=activity.impact,
        legal_umbrella=activity.legal_umbrella,
        area=activity.area,
        reached=activity.reached,
        trained=activity.trained_members,
        prohibitions=tuple(activity.breaches),
    )


def retract_activity(tx: Transaction, command: RetractActivity) -> Activity:
    """Retract an activity of the actor's own organisation."""
    activity = tx.get(Activity, command.activity_id)
    activity.retract(REGISTRY.acting_party(tx, activity), command.reason)
    tx.record(
        ActivityRetracted(
            **_facts(activity),
            reason=command.reason,
        )
    )
    return activity


def confirm_activity(tx: Transaction, command: ConfirmActivity) -> Activity:
    """Confirm an activity as another bound party and another person."""
    activity = tx.get(Activity, command.activity_id)
    party = REGISTRY.acting_party(tx, activity)
    activity.confirm(party, tx.actor.person, belongs=_belongs(tx, activity))
    _require_other_custodian(tx, activity)
    tx.record(
        ActivityConfirmed(
            **_facts(activity),
            confirmed_by=party,
        )
    )
    return activity


def dispute_activity(tx: Transaction, command: DisputeActivity) -> Activity:
    """Dispute an activity as another bound party and another person."""
    activity = tx.get(Activity, command.activity_id)
    party = REGISTRY.acting_party(tx, activity)
    activity.dispute(party, tx.actor.person, command.reason, tx.now, belongs=_belongs(tx, activity))
    _require_other_custodian(tx, activity)
    tx.record(
        ActivityDisputed(
            **_facts(activity),
            disputed_by=party,
            reason=command.reason,
        )
    )
    return activity


def _facts(activity: Activity) -> dict[str, Any]:
    """The fields of every event of an activity."""
    return {
        "activity_id": activity.id,
        "program_id": activity.program_id,
        "partnership_id": activity.partnership_id,
        "organisation_id": activity.organisation_id,
        "title": activity.title,
        "on": activity.on,
    }


def _belongs(tx: Transaction, activity: Activity) -> bool:
    return REGISTRY.people.belongs(tx, tx.actor.person, activity.organisation_id)


def _require_other_custodian(tx: Transaction, activity: Activity) -> None:
    history = outbox.history(tx.session, activity.id)
    REGISTRY.require_other_custodian(tx, activity, activity.organisation_id, history, ActivityRecorded)
