"""What is told: a partnership signed, a stage completed, a product published."""

from __future__ import annotations

from services.notifications.commands import IssueNotice, issue_notice
from shared.backbone.envelope import Envelope
from shared.backbone.reaction import Reaction
from shared.backbone.transaction import Transaction
from shared.contracts.partners import PartnershipSigned
from shared.contracts.products import ProductPublished
from shared.contracts.programs import StageCompleted


def tell(
    tx: Transaction, envelope: Envelope, event: PartnershipSigned | StageCompleted | ProductPublished
) -> None:
    """Issue the notice of an event."""
    facts = {"title": event.title}
    if isinstance(event, StageCompleted):
        facts |= {"position": str(event.position), "total": str(event.stages_total)}
    issue_notice(
        tx,
        IssueNotice(
            event_id=envelope.id,
            event_type=envelope.event_type,
            subject=event.title,
            partnership_id=event.partnership_id,
            agency=envelope.agency,
            facts=facts,
        ),
    )


notify = Reaction("notify", (PartnershipSigned, StageCompleted, ProductPublished), tell)
