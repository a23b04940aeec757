"""What identity has heard of the registry's people, waited for or put there."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.identity.tables.accounts import persons
from shared.database.transaction import Context, Transaction
from shared.host.runtime import ServiceRuntime
from shared.identity.actor import SYSTEM
from tests.support.system import System
from tests.support.wait import eventually


def _identity(here: System) -> ServiceRuntime:
    (runtime,) = [one for one in here.runtimes if one.service.name == "identity"]
    return runtime


async def heard_of(here: System, person: str) -> None:
    """Wait until identity knows by whom a person was registered."""
    query = sa.select(persons.c.id).where(persons.c.id == UUID(person))

    async def known() -> bool:
        return await _identity(here).database.read(
            lambda session: session.connection().scalar(query) is not None
        )

    await eventually(known)


async def put_person(here: System, person: UUID, agency: str, *, retired: bool = False) -> None:
    """Let identity have heard that a person was registered by an agency, whatever it heard before."""

    def put(tx: Transaction) -> None:
        tx.execute(sa.delete(persons).where(persons.c.id == person))
        tx.insert(persons, {"id": person, "agency": agency, "has_retired": retired})

    await _identity(here).database.write(Context(SYSTEM, "test", "test"), put)
