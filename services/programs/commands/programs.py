"""End of a programme: closed with recommendations, or abandoned."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field

from services.programs.commands import deadlines
from services.programs.commands.fields import Before
from services.programs.model.cycle import Recommendation
from services.programs.model.program import HandOver, Program
from services.programs.tables.partnerships import DECISIONS, REGISTRY, organisations
from shared.command import Command, Part
from shared.contracts.programs import ProgramAbandoned, ProgramClosed
from shared.database.backdating import entered
from shared.database.transaction import Transaction
from shared.fields import Prose
from shared.refusal import Refusal


class HandedOverToNobody(Refusal):
    """The programme is handed over to a registered organisation."""

    kind = "invalid"
    message = "There is no organisation with the id %(id)s to hand the programme over to."
    remedy = "Register the organisation first. If you just did, try again in a moment."


class HandedOverElsewhere(Refusal):
    """An organisation of another agency must have agreed to take part."""

    kind = "invalid"
    message = "The organisation %(id)s belongs to another agency and is not a party of the partnership."
    remedy = (
        "Invite it to the partnership first; once it has accepted and signed, it can take the programme over."
    )


class HandOverIn(Part):
    """The organisation that continues the work, and what that needs."""

    organisation_id: UUID
    note: Prose


class CloseProgram(Command):
    """Close a programme whose stages are completed or skipped (a coordinator, or the lead party).

    ``recommendations`` are for the next cycle; ``handover`` names who takes over if there is none.
    ``decision_id`` is the decision of the partnership's board, if there was one.
    """

    program_id: UUID
    recommendations: Annotated[tuple[Prose, ...], Field(max_length=50)] = ()
    handover: HandOverIn | None = None
    decision_id: UUID | None = None
    on: Before = None


class AbandonProgram(Command):
    """Abandon a programme, for a reason (a coordinator, or the lead party)."""

    program_id: UUID
    reason: Prose
    on: Before = None


def close_program(tx: Transaction, command: CloseProgram) -> Program:
    """Close a programme whose stages are completed or skipped (a coordinator, or the lead party)."""
    program = tx.get(Program, command.program_id)
    REGISTRY.permit(tx, program)
    if command.handover is not None:
        _require_free_to_take_over(tx, program, command.handover.organisation_id)
    if command.decision_id is not None:
        DECISIONS.require(tx, program.partnership_id, command.decision_id)
    advice = [
        Recommendation(id=tx.new_id(), position=position, text=text)
        for position, text in enumerate(command.recommendations, 1)
    ]
    when = entered(tx, command.on, REGISTRY.today_of(tx, program), program.last_act_at)
    to = command.handover
    handover = HandOver(to.organisation_id, to.note) if to else None
    program.close(when.on, advice, handover)
    program.entered_afterwards = program.entered_afterwards or when.afterwards
    program.decision_id = command.decision_id
    tx.record(
        ProgramClosed(
            program_id=program.id,
            partnership_id=program.partnership_id,
            title=program.title,
            cycle=program.cycle,
            on=when.on,
            entered_afterwards=when.afterwards,
            stages_completed=program.completed,
            stages_total=len(program.stages),
            recommendations=tuple(recommendation.id for recommendation in advice),
            handed_over_to=program.handed_over_to,
            decision_id=program.decision_id,
        )
    )
    return program


def abandon_program(tx: Transaction, command: AbandonProgram) -> Program:
    """Abandon a programme, for a reason (a coordinator, or the lead party)."""
    program = tx.get(Program, command.program_id)
    REGISTRY.permit(tx, program)
    when = entered(tx, command.on, REGISTRY.today_of(tx, program), program.last_act_at)
    program.abandon(when.on, command.reason)
    program.entered_afterwards = program.entered_afterwards or when.afterwards
    for stage in program.stages:
        deadlines.forget(tx, program, stage)
    tx.record(
        ProgramAbandoned(
            program_id=program.id,
            partnership_id=program.partnership_id,
            title=program.title,
            cycle=program.cycle,
            on=when.on,
            entered_afterwards=when.afterwards,
            reason=command.reason,
        )
    )
    return program


def _require_free_to_take_over(tx: Transaction, program: Program, organisation_id: UUID) -> None:
    """Refuse an unknown organisation, or one of another agency that is not bound here."""
    query = sa.select(organisations.c.agency).where(organisations.c.id == organisation_id)
    organisation = tx.session.execute(query).first()
    if organisation is None:
        raise HandedOverToNobody(id=str(organisation_id))
    bound = REGISTRY.bound_by(tx.session, program.partnership_id)
    if organisation.agency in (None, program.agency) or organisation_id in bound:
        return
    raise HandedOverElsewhere(id=str(organisation_id))
