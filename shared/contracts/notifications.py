"""Events of the notifications service: counts and ids, never an address."""

from __future__ import annotations

from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.i18n import N_


class NoticeIssued(
    Event,
    publisher="notifications",
    aggregate="notice_id",
    label=N_("Notice issued"),
    audience=Audience.AGENCY,
    notice=Notice.NONE,
):
    """An event was turned into a notice with its planned deliveries."""

    notice_id: UUID
    event_id: UUID
    event_type: str
    deliveries: int


class NoticeDelivered(
    Event,
    publisher="notifications",
    aggregate="notice_id",
    label=N_("Notice delivered"),
    audience=Audience.AGENCY,
    notice=Notice.NONE,
):
    """Every delivery of a notice reached a final state."""

    notice_id: UUID
    event_id: UUID
    delivered: int
    failed: int
