"""Learning: what follows the recommendations that a programme adopted."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.programs.model.cycle import FollowedByOneThing, StageNotCompleted, StageOfAnotherPartnership
from services.programs.model.program import Program
from services.programs.tables.partnerships import DECISIONS, REGISTRY
from services.programs.tables.programs import programs, stages
from shared.command import Command
from shared.contracts.programs import RecommendationFollowed
from shared.contracts.vocabulary import StageState
from shared.database.transaction import Transaction


class FollowRecommendation(Command):
    """Record by what an adopted recommendation was followed (representative of a bound party).

    Either ``stage_id`` is a completed stage of a programme of this partnership, or ``decision_id`` a decision
    of its board.
    """

    program_id: UUID
    recommendation_id: UUID
    stage_id: UUID | None = None
    decision_id: UUID | None = None


def follow_recommendation(tx: Transaction, command: FollowRecommendation) -> Program:
    """Record by what a recommendation was followed that the programme adopted."""
    program = tx.get(Program, command.program_id)
    party = REGISTRY.acting_party(tx, program)
    answer = program.answer_to(command.recommendation_id)
    stage_program_id = None
    if (command.stage_id is None) == (command.decision_id is None):
        raise FollowedByOneThing
    if command.stage_id is not None:
        stage_program_id = _completed(tx, program, command.stage_id)
    if command.decision_id is not None:
        DECISIONS.require(tx, program.partnership_id, command.decision_id)
    answer.follow(command.stage_id, command.decision_id, party)
    tx.record(
        RecommendationFollowed(
            program_id=program.id,
            partnership_id=program.partnership_id,
            recommendation_id=command.recommendation_id,
            stage_id=command.stage_id,
            stage_program_id=stage_program_id,
            decision_id=command.decision_id,
            organisation_id=party,
        )
    )
    return program


def _completed(tx: Transaction, program: Program, stage_id: UUID) -> UUID:
    """The programme of a completed stage of the same partnership."""
    query = (
        sa.select(programs.c.id, stages.c.title, stages.c.state)
        .join_from(stages, programs, stages.c.program_id == programs.c.id)
        .where(stages.c.id == stage_id, programs.c.partnership_id == program.partnership_id)
    )
    row = tx.session.execute(query).one_or_none()
    if row is None:
        raise StageOfAnotherPartnership(id=str(stage_id))
    its_program: UUID = row.id
    if row.state != StageState.COMPLETED:
        raise StageNotCompleted(title=row.title)
    return its_program
