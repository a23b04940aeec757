"""Coverage plan of a partnership."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.products.commands.parties import hold, permit_new
from services.products.model.coverage import CoveragePlan, Exemption
from services.products.tables.partnerships import REGISTRY
from shared.command import Command, Part
from shared.contracts.products import CoverageDeclared, CoverageExemption
from shared.contracts.vocabulary import Phase, ProductKind, Tense
from shared.database.transaction import Transaction
from shared.fields import Prose, Slug
from shared.identity.permissions import Role
from shared.partnership.registry_copy import represented


class Exempt(Part):
    """A cell that needs no product, and why; of a situation picture also for one time alone."""

    kind: ProductKind
    phase: Phase
    audience: Slug
    tense: Tense | None = None
    reason: Prose


class DeclareCoverage(Command):
    """Declare the plan of a partnership (representative of a party, or coordinator of its agency).

    It replaces the whole previous plan.
    """

    partnership_id: UUID
    audiences: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=20)]
    exemptions: Annotated[tuple[Exempt, ...], Field(max_length=300)] = Field(default_factory=tuple)


def declare_coverage(tx: Transaction, command: DeclareCoverage) -> CoveragePlan:
    """Declare the plan as a party, or as a coordinator of the partnership's agency."""
    partnership = REGISTRY.partnership(tx.session, command.partnership_id)
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
        [
            Exemption(tx.new_id(), cell.kind, cell.phase, cell.audience, cell.reason, cell.tense)
            for cell in command.exemptions
        ],
        party,
        tx.now,
    )
    tx.record(
        CoverageDeclared.model_validate(
            {
                "partnership_id": plan.id,
                "audiences": plan.audiences,
                "exemptions": [
                    {name: getattr(exemption, name) for name in CoverageExemption.model_fields}
                    for exemption in plan.exemptions
                ],
            }
        )
    )
    return plan
