"""Personal data declarations of notifications."""

from __future__ import annotations

import sqlalchemy as sa

from services.notifications.commands.subscriptions import end_all
from services.notifications.tables import deliveries, inbox_items, subscriptions
from shared.privacy.personal import Personal, PersonalTable, RetentionPeriod


def _subscriber(name: str) -> sa.ScalarSelect[str]:
    """A column of the subscription that a delivery was sent to."""
    mine = subscriptions.c.id == deliveries.c.subscription_id
    return sa.select(subscriptions.c[name]).where(mine).correlate(deliveries).scalar_subquery()


PERSONAL = Personal(
    PersonalTable(
        subscriptions,
        why="to send notices to subscribers",
        person=subscriptions.c.person,
        agency=subscriptions.c.person_agency,
        personal=dict.fromkeys(("address", "secret", "previous_secret"), ""),
        secret=("token", "confirmation", "secret", "previous_secret"),
        keep=RetentionPeriod("keep_addresses_days", subscriptions.c.ended_at),
    ),
    PersonalTable(
        deliveries,
        why="to send each notice once, and to find out why one did not arrive",
        person=_subscriber("person"),
        agency=_subscriber("person_agency"),
        personal={"address": None, "last_error": ""},
        keep=RetentionPeriod("keep_addresses_days", deliveries.c.settled_at),
    ),
    PersonalTable(
        inbox_items,
        why="the notices in a person's inbox",
        person=inbox_items.c.person,
        agency=inbox_items.c.person_agency,
        goes=True,
    ),
    ends=end_all,
)
