"""The scrubber: after an erasure the bytes below the tables go; then a service says that it is done."""

from __future__ import annotations

import asyncio

import structlog

from shared.contracts.audit import ACTS
from shared.database.database import Database
from shared.database.transaction import Context, Transaction
from shared.host.service import Service
from shared.identity.actor import SYSTEM
from shared.privacy import erased
from shared.privacy.erased import Pending

log = structlog.get_logger(__name__)
POLL = 1.0


class Scrubber:
    """Follows the erasures of one service; of several instances one works and the others stand by."""

    def __init__(self, service: Service, database: Database) -> None:
        self.service = service
        self.database = database

    async def run(self) -> None:
        """Work until cancelled."""
        async with self.database.exclusive(f"{self.service.name}/scrubber"):
            while True:
                await self.scrub()
                await asyncio.sleep(POLL)

    async def scrub(self) -> None:
        """Have the bytes follow for all that waits, and publish that it is done."""
        waiting = await self.database.read(erased.pending)
        if not waiting:
            return
        await self.database.scrub(self.service.personal.tables)
        for one in waiting:
            about = str(one.erasure_id)
            context = Context(actor=SYSTEM, correlation_id=about, causation_id=about)
            await self.database.write(context, lambda tx, one=one: self._finished(tx, one))  # type: ignore[misc]
            log.info("personal data erased", service=self.service.name, erasure=about, rows=one.rows)

    def _finished(self, tx: Transaction, one: Pending) -> None:
        if erased.scrubbed(tx, one):
            contract = ACTS[self.service.name].erased
            told = contract(act_id=tx.new_id(), erasure_id=one.erasure_id, rows=one.rows)
            tx.audit(told, one.agency)  # type: ignore[arg-type]
