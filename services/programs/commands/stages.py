"""Stages: started, submitted, accepted or returned, skipped."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field

from services.programs.commands import changes, deadlines
from services.programs.commands.changes import Consent
from services.programs.commands.deadlines import facts
from services.programs.commands.evidence import UnknownEvidence, evidence_hashes, used_before
from services.programs.commands.fields import Before
from services.programs.commands.problems import stage_completed
from services.programs.model.evidence import Evidence
from services.programs.model.program import Program
from services.programs.model.stage import Stage
from services.programs.tables.evidence import evidence
from services.programs.tables.partnerships import REGISTRY
from shared.command import Command
from shared.contracts.programs import (
    EvidenceUploaded,
    StageCompleted,
    StageReturned,
    StageSkipped,
    StageStarted,
    StageSubmitted,
)
from shared.contracts.vocabulary import ChangeKind
from shared.database import outbox
from shared.database.backdating import Entered, entered
from shared.database.transaction import Transaction
from shared.fields import Prose


class StartStage(Command):
    """Start a stage (the responsible party), after the stages on which it depends.

    ``led_by`` is the opaque id of the person who leads the work; by default the caller.
    """

    program_id: UUID
    stage_id: UUID
    led_by: UUID | None = None
    on: Before = None


class SubmitStage(Command):
    """Submit a stage with its evidence (the responsible party).

    ``evidence`` are the ids of the uploads.
    """

    program_id: UUID
    stage_id: UUID
    evidence: Annotated[tuple[UUID, ...], Field(max_length=50)]
    on: Before = None


class AcceptStage(Command):
    """Accept a submitted stage (another person, from another party)."""

    program_id: UUID
    stage_id: UUID
    on: Before = None


class ReturnStage(Command):
    """Return a submitted stage with a reason (another person, from another party)."""

    program_id: UUID
    stage_id: UUID
    reason: Prose


class SkipStage(Command):
    """Skip a stage, for a reason, on a decision of the board; without one it is proposed to the parties."""

    program_id: UUID
    stage_id: UUID
    reason: Prose
    decision_id: UUID | None = None


def start_stage(tx: Transaction, command: StartStage) -> Program:
    """Start a stage as the responsible party."""
    program = tx.get(Program, command.program_id)
    party = REGISTRY.acting_party(tx, program)
    stage = program.stage(command.stage_id)
    when = _when(tx, program, stage, command.on, program.since)
    program.start(stage, party, command.led_by or _person(tx), when.at, tx.actor.person)
    tx.record(
        StageStarted(
            **facts(program, stage),
            responsible=stage.responsible,
            led_by=stage.led_by,
            on=when.on,
            entered_afterwards=when.afterwards,
        )
    )
    return program


def submit_stage(tx: Transaction, command: SubmitStage) -> Program:
    """Submit a stage with its evidence as the responsible party."""
    program = tx.get(Program, command.program_id)
    party = REGISTRY.acting_party(tx, program)
    stage = program.stage(command.stage_id)
    named = dict.fromkeys(command.evidence)
    files = [_evidence(tx, upload, program, party, stage) for upload in named]
    when = _when(tx, program, stage, command.on, stage.started_at)
    program.submit(stage, party, tx.actor.person, files, when.at)
    hashes = tuple(file.sha256 for file in files)
    tx.record(
        StageSubmitted(
            **facts(program, stage),
            submitted_by=party,
            evidence=hashes,
            on=when.on,
            entered_afterwards=when.afterwards,
        )
    )
    return program


def accept_stage(tx: Transaction, command: AcceptStage) -> Program:
    """Accept a submitted stage as another party and another person: it is completed."""
    program = tx.get(Program, command.program_id)
    party = REGISTRY.acting_party(tx, program)
    stage = program.stage(command.stage_id)
    when = _when(tx, program, stage, command.on, stage.submitted_at)
    program.accept(stage, party, tx.actor.person, when.at, belongs=_belongs(tx, stage))
    _require_other_custodian(tx, program, stage)
    deadlines.forget(tx, program, stage)
    hashes = evidence_hashes(tx, stage.id)
    stage.reused = len(used_before(tx, stage.id, hashes))
    tx.record(
        StageCompleted(
            **facts(program, stage),
            stages_total=len(program.stages),
            stages_completed=program.completed,
            submitted_by=stage.submitted_by or stage.responsible,
            accepted_by=party,
            problems=program.problems,
            evidence=stage.evidence,
            on=when.on,
            entered_afterwards=when.afterwards,
            started_on=stage.started_at.astimezone(tx.zone).date() if stage.started_at else None,
            evidence_sha256=hashes,
            reused=stage.reused,
        )
    )
    for problem in program.problems:
        stage_completed(tx, problem, when.on)
    return program


def return_stage(tx: Transaction, command: ReturnStage) -> Program:
    """Return a submitted stage as another party and another person, with a reason."""
    program = tx.get(Program, command.program_id)
    party = REGISTRY.acting_party(tx, program)
    stage = program.stage(command.stage_id)
    late = stage.planned_end is not None and tx.today > stage.planned_end
    since = tx.start_of(stage.planned_end + deadlines.DAY) if stage.planned_end and late else None
    belongs = _belongs(tx, stage)
    program.give_back(stage, party, tx.actor.person, command.reason, since, belongs=belongs)
    _require_other_custodian(tx, program, stage)
    if late and not stage.overdue:
        # The end passed while the stage awaited judgement: it was not announced as overdue.
        deadlines.watch_end(tx, program, stage)
    tx.record(StageReturned(**facts(program, stage), returned_by=party, reason=command.reason))
    return program


def skip_stage(tx: Transaction, command: SkipStage) -> Program:
    """Skip a stage, for a reason, on a decision of the board; without one, propose it to the parties."""
    program = tx.get(Program, command.program_id)
    consent = changes.consent(tx, program, command.decision_id)
    _check_skip(tx, program, command)
    consent = consent or changes.propose(tx, program, ChangeKind.SKIP_STAGE, command, command.stage_id)
    if consent is not None:
        skip(tx, program, command, consent)
    return program


def _check_skip(_tx: Transaction, program: Program, command: SkipStage) -> None:
    program.check_change("skip", program.stage(command.stage_id))


def skip(tx: Transaction, program: Program, command: SkipStage, consent: Consent) -> None:
    """Carry it out, with consent."""
    _check_skip(tx, program, command)
    stage = program.stage(command.stage_id)
    program.skip(stage, command.reason)
    deadlines.forget(tx, program, stage)
    tx.record(StageSkipped(**facts(program, stage), reason=command.reason, **consent._asdict()))


def _when(
    tx: Transaction, program: Program, stage: Stage, on: date | None, after: datetime | None
) -> Entered:
    """The day of an act, noted with the stage if it is entered afterwards."""
    when = entered(tx, on, REGISTRY.today_of(tx, program), after or program.since)
    stage.entered_afterwards = stage.entered_afterwards or when.afterwards
    return when


def _belongs(tx: Transaction, stage: Stage) -> bool:
    return REGISTRY.people.belongs(tx, tx.actor.person, stage.submitted_by)


def _require_other_custodian(tx: Transaction, program: Program, stage: Stage) -> None:
    """Compare the actor's custodian with those of the submission that is judged and of its party's files."""
    owner = stage.submitted_by
    files = sa.select(evidence.c.id).where(
        evidence.c.stage_id == stage.id, evidence.c.organisation_id == owner
    )
    submitted = [
        act
        for act in outbox.history(tx.session, program.id)
        if act.event_type == StageSubmitted.type() and act.data["stage_id"] == str(stage.id)
    ]
    history = [*submitted[-1:], *outbox.history(tx.session, files)]
    REGISTRY.require_other_custodian(tx, program, owner, history, StageSubmitted, EvidenceUploaded)


def _person(tx: Transaction) -> UUID | None:
    """The actor's opaque id, if it is a UUID, which events can contain."""
    try:
        return UUID(tx.actor.person)
    except ValueError:
        return None


def _evidence(tx: Transaction, evidence_id: UUID, program: Program, party: UUID, stage: Stage) -> Evidence:
    """A file of the party that no other stage uses."""
    evidence = tx.session.get(Evidence, evidence_id)
    if (
        evidence is None
        or (evidence.partnership_id, evidence.organisation_id) != (program.partnership_id, party)
        or evidence.stage_id not in (None, stage.id)
    ):
        raise UnknownEvidence(id=str(evidence_id))
    return evidence
