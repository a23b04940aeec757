"""End of a programme: closed with recommendations, or abandoned."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field

from services.programs.commands import changes, deadlines
from services.programs.commands.changes import Consent
from services.programs.commands.fields import Before
from services.programs.model.cycle import Recommendation
from services.programs.model.program import PROGRAM, HandOver, Program
from services.programs.tables.partnerships import REGISTRY, organisations
from shared.command import Command, Part
from shared.contracts.programs import ProgramAbandoned, ProgramClosed
from shared.contracts.vocabulary import ChangeKind
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
    """Close a programme whose stages are completed or skipped, on a decision of the board.

    Without a decision it is proposed to the parties. ``recommendations`` are for the next cycle;
    ``handover`` names who takes over if there is none.
    """

    program_id: UUID
    recommendations: Annotated[tuple[Prose, ...], Field(max_length=50)] = ()
    handover: HandOverIn | None = None
    decision_id: UUID | None = None
    on: Before = None


class AbandonProgram(Command):
    """Abandon a programme, for a reason, on a decision of the board; without one it is proposed."""

    program_id: UUID
    reason: Prose
    decision_id: UUID | None = None
    on: Before = None


def close_program(tx: Transaction, command: CloseProgram) -> Program:
    """Close a programme on a decision of the board; without one, propose it to the parties."""
    program = tx.get(Program, command.program_id)
    consent = changes.consent(tx, program, command.decision_id)
    _check_close(tx, program, command)
    consent = consent or changes.propose(tx, program, ChangeKind.CLOSE, command)
    if consent is not None:
        close(tx, program, command, consent)
    return program


def abandon_program(tx: Transaction, command: AbandonProgram) -> Program:
    """Abandon a programme on a decision of the board; without one, propose it to the parties."""
    program = tx.get(Program, command.program_id)
    consent = changes.consent(tx, program, command.decision_id)
    _check_abandon(tx, program, command)
    consent = consent or changes.propose(tx, program, ChangeKind.ABANDON, command)
    if consent is not None:
        abandon(tx, program, command, consent)
    return program


def _check_close(tx: Transaction, program: Program, command: CloseProgram) -> None:
    program.check_close()
    if command.handover is not None:
        _require_free_to_take_over(tx, program, command.handover.organisation_id)


def close(tx: Transaction, program: Program, command: CloseProgram, consent: Consent) -> None:
    """Carry it out, with consent."""
    _check_close(tx, program, command)
    advice = [
        Recommendation(id=tx.new_id(), position=position, text=text)
        for position, text in enumerate(command.recommendations, 1)
    ]
    when = entered(tx, command.on, REGISTRY.today_of(tx, program), program.last_act_at)
    to = command.handover
    handover = HandOver(to.organisation_id, to.note) if to else None
    program.close(when.on, advice, handover)
    program.entered_afterwards = program.entered_afterwards or when.afterwards
    program.decision_id = consent.decision_id
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
            **consent._asdict(),
        )
    )


def _check_abandon(_tx: Transaction, program: Program, _command: AbandonProgram) -> None:
    PROGRAM.after(program.state, "abandon")


def abandon(tx: Transaction, program: Program, command: AbandonProgram, consent: Consent) -> None:
    """Carry it out, with consent."""
    _check_abandon(tx, program, command)
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
            **consent._asdict(),
        )
    )


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
