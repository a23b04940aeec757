"""Event consumers of notifications: creates notices from events."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol
from uuid import UUID

from services.notifications.commands.notices import IssueNotice, issue_notice
from services.notifications.tables import agencies, partnerships
from shared.contracts import identity, partners
from shared.contracts.envelope import Envelope
from shared.contracts.every import EVENTS
from shared.contracts.notice import Notice
from shared.database.transaction import Transaction
from shared.events.projection import Projection
from shared.events.reaction import Reaction

NEWS = timedelta(days=30)
"""Older events are history, from an import or a long downtime: they cause no notices."""
REMINDED = timedelta(days=1)
"""How long before a meeting its reminder is sent; a meeting called later is announced at once."""
TOLD = tuple(contract for contract in EVENTS if contract.notice is not Notice.NONE)


class Notifiable(Protocol):
    """The fields of every event that causes notices; a contract without them fails at import."""

    title: str
    partnership_id: UUID


known = Projection("known", tables=[partnerships, agencies])


def issue_for(tx: Transaction, envelope: Envelope, event: Notifiable) -> None:
    """Issue the notice of a public event, unless it is imported or its notice is sent at another time."""
    is_history = envelope.imported or tx.now - envelope.time > NEWS
    if not envelope.public or is_history or _is_told_otherwise(envelope, event):
        return
    issue_notice(
        tx,
        IssueNotice(
            event_id=envelope.id,
            event_type=envelope.event_type,
            subject=event.title,
            partnership_id=event.partnership_id,
            agency=envelope.agency,
            facts=dict(envelope.told),
        ),
    )


def _is_told_otherwise(envelope: Envelope, event: Notifiable) -> bool:
    """Whether a reminder covers the meeting, as it was called long before, or it was entered afterwards."""
    if not isinstance(event, partners.MeetingCalled):
        return False
    return not timedelta() < event.scheduled_at - envelope.time <= REMINDED


notify = Reaction("notify", TOLD, issue_for)


@known.on(partners.PartnershipSigned)
def partnership_signed(tx: Transaction, event: partners.PartnershipSigned) -> None:
    """Keep the partnership's title and area; before it is signed, these are for its parties only."""
    row = {"id": event.partnership_id, "agency": tx.agency, "title": event.title, "area": event.area}
    tx.upsert(partnerships, row)


@known.on(identity.AgencyFounded)
def agency_founded(tx: Transaction, event: identity.AgencyFounded) -> None:
    """Keep that the agency exists."""
    tx.insert(agencies, {"agency": event.slug})
