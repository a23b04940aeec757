"""Problem analysis: root causes, options, chosen response."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.programs.commands.problems import loaded, response_dated
from services.programs.commands.references import check_evidence
from services.programs.model.findings import Option, RootCause
from services.programs.model.problem import Problem
from services.programs.tables.partnerships import REGISTRY
from shared.command import Command
from shared.contracts.programs import OptionProposed, ResponseCarriedOut, ResponseChosen, RootCauseIdentified
from shared.contracts.vocabulary import Side
from shared.database.transaction import Transaction
from shared.fields import Day, Line, Once, Prose


class IdentifyRootCause(Command):
    """Record a root cause with its evidence (a coordinator, or a party's representative).

    A cause is on one side of the problem-analysis triangle, with evidence as text, as files, or both.
    """

    problem_id: UUID
    side: Side
    statement: Annotated[Prose, Field(description="No names of people")]
    evidence: Prose | None = None
    files: Annotated[
        tuple[UUID, ...], Field(max_length=20, description="Ids of uploaded evidence"), Once
    ] = ()


class ProposeOption(Command):
    """Propose a response (a coordinator, or a party's representative)."""

    problem_id: UUID
    title: Line
    description: Prose
    expected_effect: Prose
    cost: Prose | None = None
    effort: Prose | None = None


class ChooseResponse(Command):
    """Choose the response from at least two options (a coordinator, or a party's representative)."""

    problem_id: UUID
    option_id: UUID
    reason: Prose


class CarryOutResponse(Command):
    """Record that the response was carried out by work outside a programme's stages.

    ``organisation_id`` is the party that did it; required for a coordinator.
    """

    problem_id: UUID
    on: Day
    note: Prose
    organisation_id: Annotated[
        UUID | None, Field(description="By default the representative's own organisation")
    ] = None


def identify_root_cause(tx: Transaction, command: IdentifyRootCause) -> Problem:
    """Record a root cause with its evidence."""
    problem = loaded(tx, command.problem_id)
    check_evidence(tx, problem.partnership_id, list(command.files))
    cause = RootCause(
        id=tx.new_id(),
        side=command.side,
        statement=command.statement,
        evidence=command.evidence or "",
        files=[str(upload) for upload in command.files],
        identified_at=tx.now,
    )
    problem.identify(cause)
    tx.record(
        RootCauseIdentified(
            problem_id=problem.id,
            partnership_id=problem.partnership_id,
            root_cause_id=cause.id,
            side=cause.side,
            statement=cause.statement,
        )
    )
    return problem


def propose_option(tx: Transaction, command: ProposeOption) -> Problem:
    """Propose a response."""
    problem = loaded(tx, command.problem_id)
    option = Option(
        id=tx.new_id(),
        title=command.title,
        description=command.description,
        expected_effect=command.expected_effect,
        cost=command.cost or "",
        effort=command.effort or "",
        proposed_at=tx.now,
    )
    problem.propose(option)
    tx.record(
        OptionProposed(
            problem_id=problem.id,
            partnership_id=problem.partnership_id,
            option_id=option.id,
            title=option.title,
        )
    )
    return problem


def choose_response(tx: Transaction, command: ChooseResponse) -> Problem:
    """Choose the response, with the reason."""
    problem = loaded(tx, command.problem_id)
    before = problem.response_on
    option = problem.choose(command.option_id, command.reason)
    tx.record(
        ResponseChosen(
            problem_id=problem.id,
            partnership_id=problem.partnership_id,
            option_id=option.id,
            title=option.title,
            options=len(problem.options),
            reason=command.reason,
        )
    )
    response_dated(tx, problem, before)
    return problem


def carry_out_response(tx: Transaction, command: CarryOutResponse) -> Problem:
    """Record that a bound party carried the chosen response out."""
    problem = tx.get(Problem, command.problem_id)
    party = REGISTRY.party_that_acted(tx, problem, command.organisation_id)
    before = problem.response_on
    option = problem.carry_out(command.on, party, command.note, REGISTRY.today_of(tx, problem))
    tx.record(
        ResponseCarriedOut(
            problem_id=problem.id,
            partnership_id=problem.partnership_id,
            option_id=option,
            organisation_id=party,
            on=command.on,
        )
    )
    response_dated(tx, problem, before)
    return problem
