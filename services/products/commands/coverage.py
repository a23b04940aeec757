"""The coverage plan: a partnership declares for whom it means to have products."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.products.commands.parties import hold, partnership_of, permit_new, represented
from services.products.model.coverage import CoveragePlan, Exemption
from shared.contracts.products import CoverageDeclared
from shared.database.transaction import Transaction
from shared.identity.permissions import Role


@dataclass(frozen=True, slots=True)
class Exempt:
    """A cell that needs no product, and why."""

    kind: str
    phase: str
    audience: str
    reason: str


@dataclass(frozen=True, slots=True)
class DeclareCoverage:
    """Declare the audiences and the exemptions anew."""

    partnership_id: UUID
    audiences: tuple[str, ...]
    exemptions: tuple[Exempt, ...]


def declare_coverage(tx: Transaction, command: DeclareCoverage) -> CoveragePlan:
    """Declare the plan as a party, or as a coordinator of the partnership's agency."""
    partnership = partnership_of(tx, command.partnership_id)
    roles = permit_new(tx, partnership)
    party = None if Role.COORDINATOR in roles else represented(tx, roles)
    hold(tx, command.partnership_id)
    known = tx.session.get(CoveragePlan, command.partnership_id) is not None
    plan = (
        tx.get(CoveragePlan, command.partnership_id)
        if known
        else tx.add(CoveragePlan(id=command.partnership_id, agency=partnership.agency))
    )
    plan.declare(
        command.audiences,
        [Exemption(one.kind, one.phase, one.audience, one.reason) for one in command.exemptions],
        party,
        tx.now,
    )
    tx.record(
        CoverageDeclared.model_validate(
            {
                "partnership_id": plan.id,
                "audiences": plan.audiences,
                "exemptions": [
                    {"kind": kind, "phase": phase, "audience": audience, "reason": one.reason}
                    for one in plan.exemptions
                    for kind, phase, audience in (one.cell,)
                ],
            }
        )
    )
    return plan
