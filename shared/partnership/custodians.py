"""Custodians: a service's copy of which agency opens the accounts of each organisation."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

import sqlalchemy as sa

from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.identity import CustodyTold
from shared.database.transaction import Transaction
from shared.events.projection import Projection
from shared.identity.four_eyes import require_other_custodian


class Custodians:
    """The table in a service's metadata, the projection that keeps it, and the rule that uses it."""

    def __init__(self, metadata: sa.MetaData) -> None:
        self.table = sa.Table(
            "custodians",
            metadata,
            sa.Column("organisation_id", sa.Uuid, primary_key=True),
            sa.Column("agency", sa.Text, nullable=False),
            sa.Column("own", sa.Boolean, nullable=False),
        )
        self._of = sa.select(self.table.c.agency).where(
            self.table.c.organisation_id == sa.bindparam("of", type_=sa.Uuid())
        )
        self.projection = Projection("custodians", tables=[self.table])
        self.projection.on(CustodyTold)(self._told)

    def require_another(
        self,
        tx: Transaction,
        owner: UUID | None,
        registered_by: str,
        history: Iterable[Envelope],
        work: Collection[type[Event]],
    ) -> None:
        """Refuse an account of a custodian that had a hand in the work of ``owner``.

        That is the custodian of the owner, or the agency that registered it while none was told; and the
        agencies of the accounts that recorded one of the events ``work``, whoever holds them today.
        """
        told: str | None = tx.execute(self._of, {"of": owner}).scalar()
        names = {contract.type() for contract in work}
        hands = {act.auth_agency for act in history if act.event_type in names and act.auth_agency}
        require_other_custodian(tx.actor.agency, {told or registered_by, *hands})

    def _told(self, tx: Transaction, event: CustodyTold) -> None:
        row = {"organisation_id": event.organisation_id, "agency": event.custodian, "own": event.own}
        tx.upsert(self.table, row)
