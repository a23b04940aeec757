"""What is told to subscribers: what came true, what is due soon, what is overdue, what is no longer valid."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.notifications.commands import IssueNotice, issue_notice
from shared.backbone.envelope import Envelope
from shared.backbone.reaction import Reaction
from shared.backbone.transaction import Transaction
from shared.contracts import partners, products, programs
from shared.contracts.event import Event

NEWS = timedelta(days=30)
"""What is older is history: it is imported, or a system was away for long; nobody is told of it."""
TOLD: tuple[type[Event], ...] = (
    partners.PartnershipSigned,
    partners.PartnershipEnded,
    partners.AgreementExpiring,
    partners.AgreementExpired,
    partners.MeetingApproaching,
    partners.MeetingCancelled,
    partners.CommitmentDueSoon,
    partners.CommitmentOverdue,
    partners.CommitmentBroken,
    programs.StageDueSoon,
    programs.StageOverdue,
    programs.StageCompleted,
    programs.ProgramClosed,
    programs.MeasurementMissing,
    products.ProductPublished,
    products.ProductWithdrawn,
    products.ProductExpiring,
)


def tell(tx: Transaction, envelope: Envelope, event: Any) -> None:
    """Issue the notice of an event that is for everybody, unless it is history."""
    if not envelope.public or tx.now - envelope.time > NEWS:
        return
    issue_notice(
        tx,
        IssueNotice(
            event_id=envelope.id,
            event_type=envelope.event_type,
            subject=event.title,
            partnership_id=event.partnership_id,
            agency=envelope.agency,
            facts=_facts(envelope),
        ),
    )


def _facts(envelope: Envelope) -> dict[str, str]:
    """What a message may say: the event's plain values, but no ids."""
    return {
        name: str(value)
        for name, value in envelope.told.items()
        if isinstance(value, (str, int)) and not _is_id(value)
    }


def _is_id(value: str | int) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False


notify = Reaction("notify", TOLD, tell)
