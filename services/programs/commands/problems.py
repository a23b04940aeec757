"""Problems: registration, incidents, early signs, phases."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.programs.model.findings import Incident, Signal
from services.programs.model.problem import Problem
from services.programs.tables.partnerships import REGISTRY
from shared import areas
from shared.command import Command
from shared.contracts.programs import (
    IncidentRecorded,
    ProblemPhaseChanged,
    ProblemRegistered,
    ResponseDated,
    SignalActedOn,
    SignalObserved,
)
from shared.contracts.vocabulary import FindingSource, Impact, ProblemPhase, Severity
from shared.database.transaction import Transaction
from shared.fields import AreaCode, Day, Line, Prose, Slug


class RegisterProblem(Command):
    """Register a problem of a signed partnership (a coordinator, or a party's representative).

    ``impact`` says whether it disturbs, hinders, damages or destroys; ``problem_type`` is a slug that
    chooses templates.
    """

    partnership_id: UUID
    title: Line
    description: Prose
    area: AreaCode
    problem_type: Annotated[Slug, Field(examples=["street-racing"])]
    impact: Impact


class RecordIncident(Command):
    """Record an incident, without names of people (a coordinator, or a party's representative).

    ``reference`` is its reference in the records of the organisation that handled it, ``source`` where the
    knowledge of it comes from.
    """

    problem_id: UUID
    reference: Line
    on: Day
    area: AreaCode
    note: Annotated[Prose | None, Field(description="No names of people")] = None
    severity: Severity | None = None
    source: FindingSource | None = None


class ObserveSignal(Command):
    """Record an early sign, without names of people (a coordinator, or a party's representative).

    ``severity`` is that of what it points to, ``source`` where the knowledge of it comes from.
    """

    problem_id: UUID
    on: Day
    area: AreaCode
    note: Annotated[Prose, Field(description="No names of people")]
    severity: Severity | None = None
    source: FindingSource | None = None


class ActOnSignal(Command):
    """Record that your organisation, a party, acted on an early sign (representative)."""

    problem_id: UUID
    signal_id: UUID
    on: Day
    act: Prose


class MoveProblem(Command):
    """Move a problem to another phase (a coordinator, or a party's representative).

    Going back needs a ``reason``; an analysis with fewer than two incidents needs an ``exception_reason``.
    """

    problem_id: UUID
    to: ProblemPhase
    reason: Prose | None = None
    exception_reason: Prose | None = None


def register_problem(tx: Transaction, command: RegisterProblem) -> Problem:
    """Register a problem of a signed partnership (a coordinator, or a party's representative)."""
    partnership = REGISTRY.partnership(tx.session, command.partnership_id)
    REGISTRY.permit(tx, partnership)
    partnership.require_open()
    areas.require(command.area)
    problem = tx.add(
        Problem(
            id=tx.new_id(),
            agency=partnership.agency,
            partnership_id=command.partnership_id,
            title=command.title,
            description=command.description,
            area=command.area,
            problem_type=command.problem_type,
            impact=command.impact,
            registered_at=tx.now,
        )
    )
    tx.record(
        ProblemRegistered(
            problem_id=problem.id,
            partnership_id=problem.partnership_id,
            title=problem.title,
            problem_type=problem.problem_type,
            area=problem.area,
            impact=problem.impact,
        )
    )
    return problem


def record_incident(tx: Transaction, command: RecordIncident) -> Problem:
    """Record an incident; one after the day of the response is a recurrence."""
    problem = loaded(tx, command.problem_id)
    areas.require(command.area)
    incident = Incident(
        id=tx.new_id(),
        reference=command.reference,
        on=command.on,
        area=command.area,
        note=command.note or "",
        recurrence=False,
        recorded_at=tx.now,
        severity=command.severity,
        source=command.source,
    )
    problem.record_incident(incident, REGISTRY.today_of(tx, problem, incident.area))
    tx.record(
        IncidentRecorded(
            problem_id=problem.id,
            partnership_id=problem.partnership_id,
            incident_id=incident.id,
            on=incident.on,
            area=incident.area,
            recurrence=incident.recurrence,
            severity=incident.severity,
            source=incident.source,
        )
    )
    return problem


def observe_signal(tx: Transaction, command: ObserveSignal) -> Problem:
    """Record an early sign."""
    problem = loaded(tx, command.problem_id)
    areas.require(command.area)
    signal = Signal(
        id=tx.new_id(),
        on=command.on,
        area=command.area,
        note=command.note,
        observed_at=tx.now,
        severity=command.severity,
        source=command.source,
    )
    problem.observe(signal, REGISTRY.today_of(tx, problem, signal.area))
    tx.record(
        SignalObserved(
            problem_id=problem.id,
            partnership_id=problem.partnership_id,
            signal_id=signal.id,
            on=signal.on,
            area=signal.area,
            severity=signal.severity,
            source=signal.source,
        )
    )
    return problem


def act_on_signal(tx: Transaction, command: ActOnSignal) -> Problem:
    """Record that the actor's organisation, a party, acted on an early sign."""
    problem = tx.get(Problem, command.problem_id)
    party = REGISTRY.acting_party(tx, problem)
    problem.act_on(command.signal_id, command.on, party, command.act, REGISTRY.today_of(tx, problem))
    tx.record(
        SignalActedOn(
            problem_id=problem.id,
            partnership_id=problem.partnership_id,
            signal_id=command.signal_id,
            on=command.on,
            organisation_id=party,
        )
    )
    return problem


def move_problem(tx: Transaction, command: MoveProblem) -> Problem:
    """Move a problem to another phase, forward or back."""
    problem = loaded(tx, command.problem_id)
    before, exception = problem.phase, problem.exception_reason
    problem.move(command.to, command.reason or "", command.exception_reason or "")
    excepted = problem.exception_reason if problem.exception_reason != exception else ""
    tx.record(
        ProblemPhaseChanged(
            problem_id=problem.id,
            partnership_id=problem.partnership_id,
            title=problem.title,
            before=before,
            after=problem.phase,
            reason=command.reason or "" or excepted,
        )
    )
    return problem


def loaded(tx: Transaction, problem_id: UUID) -> Problem:
    """The problem, for a coordinator or a representative of one of its partnership's parties."""
    problem = tx.get(Problem, problem_id)
    REGISTRY.permit(tx, problem)
    return problem


def stage_completed(tx: Transaction, problem_id: UUID, on: date) -> None:
    """Record that a programme for the problem completed a stage on a day."""
    problem = tx.get(Problem, problem_id)
    before = problem.response_on
    problem.complete_stage(on)
    response_dated(tx, problem, before)


def response_dated(tx: Transaction, problem: Problem, before: date | None) -> None:
    """Record the day of the response and its recurrences, if the day differs from ``before``."""
    if problem.response_on != before:
        tx.record(
            ResponseDated(
                problem_id=problem.id,
                partnership_id=problem.partnership_id,
                on=problem.response_on,
                recurrences=problem.recurrences,
            )
        )
