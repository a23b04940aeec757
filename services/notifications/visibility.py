"""Row visibility of notices, deliveries and inboxes."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from services.notifications.model import Delivery, InboxItem, Notice
from services.notifications.tables import deliveries, inbox_items, notices, subscriptions
from shared.rows.viewer import Condition, Viewer, all_of, any_of


def visible(viewer: Viewer) -> Mapping[type, Condition]:
    """Staff see the notices of their agency; everybody sees their own inbox and deliveries.

    A subscription is for its owner, or for anyone with its link: commands and queries ask for one of these.
    """
    ours = viewer.works_for(notices.c.agency)
    told_by_us = sa.select(notices.c.id).where(ours)
    mine = all_of(viewer.is_named(inbox_items.c.person), viewer.is_of(inbox_items.c.person_agency))
    my_own = all_of(viewer.is_named(subscriptions.c.person), viewer.is_of(subscriptions.c.person_agency))
    to_me = sa.select(subscriptions.c.id).where(my_own)
    in_my_inbox = sa.select(inbox_items.c.notice_id).where(mine)
    return {
        Notice: any_of(ours, notices.c.id.in_(in_my_inbox)),
        Delivery: any_of(deliveries.c.notice_id.in_(told_by_us), deliveries.c.subscription_id.in_(to_me)),
        InboxItem: mine,
    }
