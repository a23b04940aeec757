"""The audit log follows what matters for security, in every service."""

from __future__ import annotations

from uuid import UUID

from services.identity.model.audit import outcome_of
from services.identity.tables.audit import audit_entries
from shared.backbone.envelope import Envelope
from shared.backbone.projection import Projection
from shared.backbone.transaction import Transaction
from shared.contracts import identity as events
from shared.contracts.audit import ACTS
from shared.contracts.event import Event

TOLD: tuple[type[Event], ...] = (
    events.AgencyFounded,
    events.AgencyAmended,
    events.AccountOpened,
    events.AccountLocked,
    events.AccountUnlocked,
    events.AccountClosed,
    events.RoleGranted,
    events.RoleWithdrawn,
    events.PasswordChanged,
    events.OneTimeLinkMade,
    events.TotpEnrolled,
    events.TotpDropped,
    events.SignedIn,
    events.SignInRefused,
    events.SignedOut,
    events.TokenMade,
    events.TokenRevoked,
    *(contract for acts in ACTS.values() for contract in acts.contracts),
)


class AuditLog(Projection):
    """Keeps each act as its envelope tells of it: when, by whom, about what."""

    def apply(self, tx: Transaction, envelope: Envelope) -> None:
        """Keep one act. An attempt to sign in is about the account, where there is one."""
        tx.insert(
            audit_entries,
            {
                "id": envelope.id,
                "at": envelope.time,
                "agency": envelope.agency,
                "service": envelope.publisher,
                "kind": envelope.name,
                "actor": envelope.actor,
                "organisation": envelope.organisation,
                "about": UUID(envelope.data.get("account_id") or str(envelope.aggregate_id)),
                "outcome": outcome_of(envelope.name),
                "correlation_id": envelope.correlation_id,
                "details": envelope.data,
            },
        )


AUDIT = AuditLog("audit", tables=[audit_entries])


def _kept_whole(_tx: Transaction, _event: Event) -> None:
    """What is kept stands in the envelope: see :meth:`AuditLog.apply`."""


for _contract in TOLD:
    AUDIT.on(_contract)(_kept_whole)
