"""Queries of contributions."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.programs.model.contribution import CURRENCY, Contribution
from services.programs.queries.programs import program
from services.programs.tables.contributions import contributions
from services.programs.tables.partnerships import REGISTRY, organisations
from shared.contracts.envelope import Envelope
from shared.contracts.vocabulary import ContributionState
from shared.database import reading


@dataclass(frozen=True, slots=True)
class Share:
    """One party's number of verified contributions, and their total value."""

    organisation_id: UUID
    name: str | None
    count: int
    value: int


@dataclass(frozen=True, slots=True)
class Shares:
    """All parties' contributions to a programme; values are in ``currency``."""

    program_id: UUID
    currency: str
    parties: list[Share]


def contribution(session: Session, contribution_id: UUID) -> Contribution:
    """One contribution with its earlier statements; raises ``UnknownAggregate``."""
    return reading.find_one(session, Contribution, contribution_id)


def list_contributions(
    session: Session, wanted: dict[str, object], after: UUID | None, limit: int
) -> list[Contribution]:
    """Contributions in the order of recording; ``wanted`` maps columns to values (None: any)."""
    return reading.find_many(session, Contribution, contributions, wanted, after, limit)


def shares(session: Session, program_id: UUID) -> Shares:
    """Per party the number and the value of its verified contributions; raises ``UnknownAggregate``.

    Every bound party appears, even without contributions, and every former party that contributed. The
    order is that of the organisations' ids.
    """
    shown_program = program(session, program_id)
    given = sa.select(
        contributions.c.organisation_id, sa.func.count(), sa.func.sum(contributions.c.value)
    ).where(contributions.c.program_id == program_id, contributions.c.state == ContributionState.VERIFIED)
    sums = {
        organisation: (count, int(value))
        for organisation, count, value in session.execute(given.group_by(contributions.c.organisation_id))
    }
    everyone = sorted({*REGISTRY.bound_by(session, shown_program.partnership_id), *sums})
    known = session.execute(
        sa.select(organisations.c.id, organisations.c.name).where(organisations.c.id.in_(everyone))
    )
    names: dict[UUID, str] = {row.id: row.name for row in known}
    return Shares(
        program_id=program_id,
        currency=shown_program.budget_currency or CURRENCY,
        parties=[Share(share, names.get(share), *sums.get(share, (0, 0))) for share in everyone],
    )


def timeline(session: Session, contribution_id: UUID) -> list[Envelope]:
    """The events of a contribution, oldest first; raises ``UnknownAggregate``."""
    return reading.timeline(session, Contribution, contribution_id)
