"""Who may do what with subscriptions, notices and deliveries."""

from __future__ import annotations

from shared.identity.permissions import PUBLIC, Relation, Role, may, table

STAFF_OF_THE_AGENCY = may(Role.ADMINISTRATOR, Role.COORDINATOR, Role.AUDITOR, of=Relation.OWN_AGENCY)
OWNER_OF_A_WEBHOOK = may(Role.ADMINISTRATOR, Role.COORDINATOR, of=Relation.OWN)

PERMISSIONS = table(
    # E-mail needs a confirmation instead of an account; the other channels are rows of their own.
    subscribe=PUBLIC,
    subscribe_inbox=may(Role.ANYBODY),
    subscribe_webhook=may(Role.ADMINISTRATOR, Role.COORDINATOR),
    list_subscriptions=may(Role.ANYBODY, of=Relation.OWN),
    end_subscription=may(Role.ANYBODY, of=Relation.OWN),
    rotate_secret=OWNER_OF_A_WEBHOOK,
    send_test=OWNER_OF_A_WEBHOOK,
    redeliver=OWNER_OF_A_WEBHOOK,
    # Who holds the link of a message is let in by it.
    confirm=PUBLIC,
    confirm_by_link=PUBLIC,
    unsubscribe_by_link=PUBLIC,
    unsubscribe=PUBLIC,
    show_link=PUBLIC,
    list_notices=STAFF_OF_THE_AGENCY,
    list_deliveries=STAFF_OF_THE_AGENCY,
    read_inbox=may(Role.ANYBODY, of=Relation.OWN),
)
