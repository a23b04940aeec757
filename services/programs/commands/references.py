"""References to programmes, stages, problems, evidence and legal umbrellas."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import lazyload

from services.programs.model.evidence import Evidence
from services.programs.model.problem import Problem
from services.programs.model.program import Program
from services.programs.model.umbrella import Umbrella
from shared.database import reading
from shared.database.transaction import Transaction
from shared.refusal import Refusal


class ProblemOfAnotherProgramme(Refusal):
    """The problem is one that the programme addresses."""

    kind = "invalid"
    message = "The programme does not address the problem %(id)s."
    remedy = "Choose one of the problems that the programme addresses, or none."


class UnknownUmbrella(Refusal):
    """The legal basis of an activity is a published legal umbrella."""

    kind = "invalid"
    message = "There is no published legal umbrella with the id %(id)s."
    remedy = "Choose a product of the kind legal umbrella. If it was just published, try again in a moment."


class EvidenceOfAnotherPartnership(Refusal):
    """Evidence belongs to the same partnership."""

    kind = "unknown"
    message = "There is no evidence with the id %(id)s in this partnership."
    remedy = "Upload the file first and use the id that is returned."


_PARTS_ON_USE = lazyload("*")


def program_of(tx: Transaction, program_id: UUID) -> Program:
    """The programme, for reading; its stages and other parts are loaded on demand.

    Raises ``UnknownAggregate``.
    """
    return reading.find_one(tx.session, Program, program_id, _PARTS_ON_USE)


def stage_of(program: Program, stage_id: UUID | None) -> UUID | None:
    """The id of one of its stages, or None; raises ``UnknownStage``."""
    return None if stage_id is None else program.stage(stage_id).id


def problem_of(tx: Transaction, program: Program, problem_id: UUID | None) -> Problem | None:
    """One of its problems, or None; raises :class:`ProblemOfAnotherProgramme`."""
    if problem_id is None:
        return None
    problem = tx.session.get(Problem, problem_id) if problem_id in program.problems else None
    if problem is None:
        raise ProblemOfAnotherProgramme(id=str(problem_id))
    return problem


def umbrella_of(tx: Transaction, umbrella_id: UUID | None) -> Umbrella | None:
    """A regulation that was published as a product, even if it has ended, or None.

    Raises :class:`UnknownUmbrella`.
    """
    if umbrella_id is None:
        return None
    umbrella = tx.session.get(Umbrella, umbrella_id)
    if umbrella is None:
        raise UnknownUmbrella(id=str(umbrella_id))
    return umbrella


def check_evidence(tx: Transaction, partnership_id: UUID, evidence: Sequence[UUID]) -> None:
    """Refuse files of another partnership with :class:`EvidenceOfAnotherPartnership`."""
    for upload in evidence:
        evidence_row = tx.session.get(Evidence, upload)
        if evidence_row is None or evidence_row.partnership_id != partnership_id:
            raise EvidenceOfAnotherPartnership(id=str(upload))
