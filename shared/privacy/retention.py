"""Retention: daily deletion of data older than the settings allow."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa
import structlog

from shared.database.database import Database
from shared.database.tables import idempotency_keys
from shared.database.transaction import Context, Transaction
from shared.identity.actor import SYSTEM
from shared.observability import metrics
from shared.privacy.personal import Personal
from shared.settings import Settings
from shared.worker import Worker

log = structlog.get_logger(__name__)


class Retention(Worker):
    """Deletes expired data of one service; of several instances one works and the others stand by."""

    def __init__(self, service: str, personal: Personal, database: Database, settings: Settings) -> None:
        super().__init__(service, "retention", lock=(database, f"{service}/retention"))
        self.personal = personal
        self.database = database
        self.settings = settings
        self._done_on: date | None = None

    async def step(self) -> None:
        """Delete expired data, once a day."""
        today = self.database.clock.now().astimezone(self.database.zone).date()
        if today != self._done_on:
            await self.forget()
            self._done_on = today

    async def forget(self) -> None:
        """Delete expired data, down to the bytes."""
        context = Context(actor=SYSTEM, correlation_id="retention", causation_id="retention")
        changed = {table: rows for table, rows in (await self._write(context)).items() if rows}
        personal = [table for table in self.personal.tables if table in changed]
        if personal or idempotency_keys in changed:
            await self.database.scrub(personal)
        for table, rows in changed.items():
            metrics.FORGOTTEN.labels(self.service, table.name).inc(rows)
            log.info("forgotten", service=self.service, table=table.name, rows=rows)

    async def _write(self, context: Context) -> dict[sa.Table, int]:
        def forget(tx: Transaction) -> dict[sa.Table, int]:
            before = tx.now - timedelta(days=self.settings.keep_answers_days)
            over = sa.delete(idempotency_keys).where(idempotency_keys.c.kept_at <= before)
            return self.personal.forget(tx, self.settings.days) | {
                idempotency_keys: tx.execute(over).rowcount
            }

        return await self.database.write(context, forget, long=True)
