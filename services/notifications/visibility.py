"""What an actor may see of notices, deliveries and inboxes."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import with_loader_criteria
from sqlalchemy.orm.interfaces import ORMOption

from services.notifications.model import Delivery, InboxItem, Notice
from services.notifications.tables import deliveries, inbox_items, notices
from shared.identity.actor import Actor
from shared.identity.permissions import is_staff


def visible(actor: Actor) -> Sequence[ORMOption]:
    """Staff sees what its agency told, everybody the own inbox.

    A subscription is for its owner, or for whoever holds its link: commands and queries ask for one of these.
    """
    ours = sa.and_(sa.literal(is_staff(actor)), notices.c.agency == actor.agency)
    told_by_us = sa.select(notices.c.id).where(ours)
    in_my_inbox = sa.select(inbox_items.c.notice_id).where(inbox_items.c.person == actor.person)
    return (
        with_loader_criteria(Notice, sa.or_(ours, notices.c.id.in_(in_my_inbox))),
        with_loader_criteria(Delivery, deliveries.c.notice_id.in_(told_by_us)),
        with_loader_criteria(InboxItem, inbox_items.c.person == actor.person),
    )
