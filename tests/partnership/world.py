"""A copy of the registry on a database, and what it is told of one partnership."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from shared.clock import MovableClock, new_id
from shared.contracts.event import Event
from shared.contracts.identity import CustodyTold
from shared.contracts.partners import (
    MembershipBegan,
    MembershipEnded,
    OrganisationAmended,
    OrganisationRegistered,
    PartnershipEnded,
    PartnershipSigned,
    PartyFacts,
    PartyLeft,
)
from shared.contracts.vocabulary import OrganisationKind, PartyRole
from shared.database import migrate
from shared.database.database import Database, DatabaseOptions
from shared.database.engines import open_database
from shared.database.json_rows import plain
from shared.database.transaction import Context, Transaction
from shared.identity.actor import SYSTEM, Actor
from shared.identity.permissions import Grant, Permission
from shared.partnership.registry_copy import RegistryCopy
from tests.partnership.mounting import REGISTRY, service

AGENCY = "polresta-contoh"


@dataclass(frozen=True)
class Known:
    """A partnership: the police lead, the village is a member, the school observes."""

    id: UUID = field(default_factory=uuid4)
    police: UUID = field(default_factory=uuid4)
    village: UUID = field(default_factory=uuid4)
    school: UUID = field(default_factory=uuid4)
    agency: str = AGENCY

    @property
    def partnership_id(self) -> UUID:
        """As a thing that belongs to it."""
        return self.id

    def signed(self, title: str = "Aman bersama", *, without: UUID | None = None) -> PartnershipSigned:
        """What the registry publishes when the last has signed."""
        roles: tuple[tuple[UUID, OrganisationKind, PartyRole], ...] = (
            (self.police, OrganisationKind.POLICE, PartyRole.LEAD),
            (self.village, OrganisationKind.COMMUNITY, PartyRole.MEMBER),
            (self.school, OrganisationKind.SCHOOL, PartyRole.OBSERVER),
        )
        return PartnershipSigned(
            partnership_id=self.id,
            charter_version=1,
            title=title,
            area="35.15",
            parties=tuple(
                PartyFacts(
                    party_id=uuid4(),
                    organisation_id=organisation,
                    organisation_name=f"The {kind}",
                    kind=kind,
                    role=role,
                )
                for organisation, kind, role in roles
                if organisation != without
            ),
        )

    @property
    def history(self) -> list[Event]:
        """All that can be told of it, to its end, and what comes late."""
        person, gone = uuid4(), uuid4()
        began = {"membership_id": uuid4(), "organisation_id": self.village, "since": date(2026, 1, 1)}
        ended = {"membership_id": uuid4(), "organisation_id": self.village, "until": date(2026, 1, 2)}
        return [
            CustodyTold(custody_id=uuid4(), organisation_id=self.village, custodian="forum-desa", own=True),
            OrganisationRegistered(
                organisation_id=self.police, name="Polres", kind=OrganisationKind.POLICE, area="35.15"
            ),
            MembershipBegan.model_validate(began | {"member": person}),
            MembershipBegan.model_validate(began | {"member": gone}),
            self.signed("Aman"),
            OrganisationAmended(
                organisation_id=self.village,
                name="The new village",
                kind=OrganisationKind.CUSTOMARY,
                area="35.15",
            ),
            PartyLeft(partnership_id=self.id, party_id=uuid4(), organisation_id=self.school, reason="Closed"),
            self.signed(without=self.school),
            MembershipEnded.model_validate(ended | {"member": gone}),
            PartnershipEnded(partnership_id=self.id, title="Aman bersama", reason="Done"),
        ]


@asynccontextmanager
async def copy_at(url: str, migrations: Path | None = service.migrations) -> AsyncIterator[Database]:
    """An empty copy; ``migrations`` are other than the small service's, or already done (None)."""
    database = open_database(url, DatabaseOptions(clock=MovableClock(), new_id=new_id))
    await database.start()
    try:
        if migrations is not None:
            migrate.upgrade(url, migrations)
        yield database
    finally:
        await database.stop()


async def hear(
    database: Database, *events: Event, agency: str = AGENCY, registry: RegistryCopy = REGISTRY
) -> None:
    """Have the copy follow events of an agency, in one transaction as a projection does."""

    def apply(tx: Transaction) -> None:
        tx.agency = agency
        for event in events:
            for projection in registry.projections:
                if event.type() in projection.handlers:
                    projection.handlers[event.type()](tx, event)

    await database.write(Context(SYSTEM, "test", "test"), apply)


def by(actor: Actor, *grants: Grant) -> Context:
    """Who acts, in an operation with these grants."""
    return Context(actor, "test", "test", permission=Permission(grants))


async def rows(database: Database, tables: Iterable[sa.Table]) -> dict[str, list[tuple[Any, ...]]]:
    """All rows, in the order of their keys."""

    def read(session: Any) -> dict[str, list[tuple[Any, ...]]]:
        return {
            table.name: [
                tuple(row)
                for row in session.connection().execute(
                    sa.select(*(sa.type_coerce(column, plain(column)) for column in table.columns)).order_by(
                        *table.primary_key.columns
                    )
                )
            ]
            for table in tables
        }

    return await database.read(read)
