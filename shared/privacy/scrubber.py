"""Scrubber: overwrites deleted bytes after an erasure, then publishes its completion."""

from __future__ import annotations

import structlog

from shared.contracts.audit import ACTS
from shared.database.database import Database
from shared.database.transaction import Context, Transaction
from shared.identity.actor import SYSTEM
from shared.privacy import erased
from shared.privacy.erased import Pending
from shared.privacy.personal import Personal
from shared.worker import Worker

log = structlog.get_logger(__name__)


class Scrubber(Worker):
    """Follows the erasures of one service; of several instances one works and the others stand by."""

    def __init__(self, service: str, personal: Personal, database: Database) -> None:
        super().__init__(service, "scrubber", lock=(database, f"{service}/scrubber"))
        self.personal = personal
        self.database = database
        self._read_at = -1

    def is_idle(self) -> bool:
        return self.database.is_as_at(self._read_at)

    async def step(self) -> None:
        """Overwrite what is due."""
        self._read_at = self.database.commits
        await self.scrub()

    async def scrub(self) -> None:
        """Overwrite the deleted bytes of pending erasures, then publish that each is done."""
        waiting = await self.database.read(erased.pending)
        if not waiting:
            return
        await self.database.scrub(self.personal.tables)
        for erasure in waiting:
            about = str(erasure.erasure_id)
            context = Context(actor=SYSTEM, correlation_id=about, causation_id=about)
            await self.database.write(context, lambda tx, order=erasure: self._finished(tx, order))  # type: ignore[misc]
            log.info("personal data erased", service=self.service, erasure=about, rows=erasure.rows)

    def _finished(self, tx: Transaction, order: Pending) -> None:
        if erased.scrubbed(tx, order):
            contract = ACTS[self.service].erased
            told = contract(act_id=tx.new_id(), erasure_id=order.erasure_id, rows=order.rows)
            tx.audit(told, order.agency)  # type: ignore[arg-type]
