"""What can be done with programmes: one command and one function per use case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.programs.model import Evidence, Program, Stage
from services.programs.tables import parties, partnerships
from shared.backbone.transaction import Transaction
from shared.contracts.programs import (
    ProgramApproved,
    StageCompleted,
    StageReturned,
    StageStarted,
    StageSubmitted,
)
from shared.identity.actor import NotAParty
from shared.refusal import Refusal


class UnknownPartnership(Refusal):
    """No signed partnership has that id, as far as this service has heard."""

    kind = "unknown"
    message = "There is no signed partnership with the id %(id)s."
    remedy = "A programme needs a signed partnership. If it was signed just now, try again in a moment."


class ResponsibleIsNoParty(Refusal):
    """A stage's responsible organisation belongs to the partnership."""

    kind = "invalid"
    message = "The organisation that shall do stage %(position)s is not a party of the partnership."
    remedy = "Name one of the partnership's parties."


class UnknownEvidence(Refusal):
    """Evidence is uploaded by the submitting party beforehand."""

    kind = "unknown"
    message = "There is no unused evidence with the id %(id)s of your organisation in this partnership."
    remedy = "Upload the file first and use the id of the answer."


@dataclass(frozen=True, slots=True)
class StagePlan:
    """A stage to come."""

    title: str
    responsible: UUID


@dataclass(frozen=True, slots=True)
class ApproveProgram:
    """Agree on a programme with its ordered stages."""

    partnership_id: UUID
    title: str
    objective: str
    stages: tuple[StagePlan, ...]


@dataclass(frozen=True, slots=True)
class AddEvidence:
    """Keep the facts about a file that was stored."""

    partnership_id: UUID
    filename: str
    media_type: str
    size: int
    sha256: str
    key: str


@dataclass(frozen=True, slots=True)
class StageAct:
    """Start or accept a stage."""

    program_id: UUID
    stage_id: UUID


@dataclass(frozen=True, slots=True)
class SubmitStage:
    """Submit a stage with evidence."""

    program_id: UUID
    stage_id: UUID
    evidence: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ReturnStage:
    """Return a stage with a reason."""

    program_id: UUID
    stage_id: UUID
    reason: str


def approve_program(tx: Transaction, command: ApproveProgram) -> Program:
    """Approve a programme for a signed partnership."""
    tx.actor.require("coordinator")
    agency = _agency_of(tx, command.partnership_id)
    members = _parties_of(tx, command.partnership_id)
    for position, plan in enumerate(command.stages, 1):
        if plan.responsible not in members:
            raise ResponsibleIsNoParty(position=position)
    program = tx.add(
        Program(
            id=tx.new_id(),
            agency=agency,
            partnership_id=command.partnership_id,
            title=command.title,
            objective=command.objective,
            approved_at=tx.now,
            stages=[
                Stage(id=tx.new_id(), position=position, title=plan.title, responsible=plan.responsible)
                for position, plan in enumerate(command.stages, 1)
            ],
        )
    )
    tx.record(
        ProgramApproved(
            program_id=program.id,
            partnership_id=program.partnership_id,
            title=program.title,
            stages=tuple(stage.title for stage in program.stages),
        )
    )
    return program


def add_evidence(tx: Transaction, command: AddEvidence) -> Evidence:
    """Keep an uploaded file as evidence of the actor's organisation."""
    agency = _agency_of(tx, command.partnership_id)
    party = _acting_party(tx, command.partnership_id)
    return tx.add(
        Evidence(
            id=tx.new_id(),
            agency=agency,
            partnership_id=command.partnership_id,
            organisation_id=party,
            filename=command.filename,
            media_type=command.media_type,
            size=command.size,
            sha256=command.sha256,
            key=command.key,
            uploaded_at=tx.now,
        )
    )


def start_stage(tx: Transaction, command: StageAct) -> Program:
    """Start a stage as the responsible party."""
    program, stage, party = _found(tx, command.program_id, command.stage_id)
    program.start(stage, party, tx.now)
    tx.record(StageStarted(**_facts(program, stage)))
    return program


def submit_stage(tx: Transaction, command: SubmitStage) -> Program:
    """Submit a stage with its evidence as the responsible party."""
    program, stage, party = _found(tx, command.program_id, command.stage_id)
    files = [_evidence(tx, one, program.partnership_id, party) for one in command.evidence]
    program.submit(stage, party, files, tx.now)
    hashes = tuple(file.sha256 for file in files)
    tx.record(StageSubmitted(**_facts(program, stage), submitted_by=party, evidence=hashes))
    return program


def accept_stage(tx: Transaction, command: StageAct) -> Program:
    """Accept a submitted stage as another party: it is completed."""
    program, stage, party = _found(tx, command.program_id, command.stage_id)
    program.accept(stage, party, tx.now)
    tx.record(
        StageCompleted(
            **_facts(program, stage),
            stages_total=len(program.stages),
            stages_completed=program.completed,
            submitted_by=stage.submitted_by or stage.responsible,
            accepted_by=party,
        )
    )
    return program


def return_stage(tx: Transaction, command: ReturnStage) -> Program:
    """Return a submitted stage as another party, with a reason."""
    program, stage, party = _found(tx, command.program_id, command.stage_id)
    program.give_back(stage, party, command.reason)
    tx.record(StageReturned(**_facts(program, stage), returned_by=party, reason=command.reason))
    return program


def _found(tx: Transaction, program_id: UUID, stage_id: UUID) -> tuple[Program, Stage, UUID]:
    """The programme, its stage, and the party for which the actor acts."""
    program = tx.get(Program, program_id)
    return program, program.stage(stage_id), _acting_party(tx, program.partnership_id)


def _acting_party(tx: Transaction, partnership_id: UUID) -> UUID:
    tx.actor.require("representative")
    organisation = tx.actor.organisation
    if organisation is None or organisation not in _parties_of(tx, partnership_id):
        raise NotAParty
    return organisation


def _agency_of(tx: Transaction, partnership_id: UUID) -> str:
    query = sa.select(partnerships.c.agency).where(partnerships.c.id == partnership_id)
    agency: str | None = tx.session.execute(query).scalar_one_or_none()
    if agency is None:
        raise UnknownPartnership(id=str(partnership_id))
    return agency


def _parties_of(tx: Transaction, partnership_id: UUID) -> set[UUID]:
    query = sa.select(parties.c.organisation_id).where(
        parties.c.partnership_id == partnership_id, parties.c.role != "observer"
    )
    return set(tx.session.execute(query).scalars())


def _evidence(tx: Transaction, evidence_id: UUID, partnership_id: UUID, party: UUID) -> Evidence:
    found = tx.session.get(Evidence, evidence_id)
    if found is None or (found.partnership_id, found.organisation_id, found.stage_id) != (
        partnership_id,
        party,
        None,
    ):
        raise UnknownEvidence(id=str(evidence_id))
    return found


def _facts(program: Program, stage: Stage) -> dict[str, Any]:
    return {
        "program_id": program.id,
        "partnership_id": program.partnership_id,
        "stage_id": stage.id,
        "position": stage.position,
        "title": stage.title,
    }
