"""What is found out about a problem: its root causes, the options compared, the response chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.programs.commands.parties import party_that_acted, today_of
from services.programs.commands.problems import loaded, response_dated
from services.programs.commands.references import check_evidence
from services.programs.model.findings import Option, RootCause
from services.programs.model.problem import Problem
from shared.contracts.programs import (
    OptionProposed,
    ResponseCarriedOut,
    ResponseChosen,
    RootCauseIdentified,
    Side,
)
from shared.database.transaction import Transaction


@dataclass(frozen=True, slots=True)
class IdentifyRootCause:
    """Name a cause on one side of the triangle, with evidence as text, as files, or both."""

    problem_id: UUID
    side: Side
    statement: str
    evidence: str
    files: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ProposeOption:
    """Put a way to respond beside the others."""

    problem_id: UUID
    title: str
    description: str
    expected_effect: str
    cost: str
    effort: str


@dataclass(frozen=True, slots=True)
class ChooseResponse:
    """Choose one of the options, with the reason."""

    problem_id: UUID
    option_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class CarryOutResponse:
    """Note that the chosen response was carried out, by other work than a programme's stages.

    ``organisation_id`` is the party that did it; None stands for the representative's own.
    """

    problem_id: UUID
    on: date
    note: str
    organisation_id: UUID | None


def identify_root_cause(tx: Transaction, command: IdentifyRootCause) -> Problem:
    """Name a root cause with what shows it."""
    problem = loaded(tx, command.problem_id)
    files = list(dict.fromkeys(command.files))
    check_evidence(tx, problem.partnership_id, files)
    cause = RootCause(
        id=tx.new_id(),
        side=command.side,
        statement=command.statement,
        evidence=command.evidence,
        files=[str(one) for one in files],
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
    """Propose a way to respond."""
    problem = loaded(tx, command.problem_id)
    option = Option(
        id=tx.new_id(),
        title=command.title,
        description=command.description,
        expected_effect=command.expected_effect,
        cost=command.cost,
        effort=command.effort,
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
    party = party_that_acted(tx, problem, command.organisation_id)
    before = problem.response_on
    option = problem.carry_out(command.on, party, command.note, today_of(tx, problem))
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
