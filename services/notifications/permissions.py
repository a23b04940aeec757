"""Permissions of the notifications' operations."""

from __future__ import annotations

from shared.identity.permissions import PUBLIC, Permission, Relation, Role, may

STAFF_OF_THE_AGENCY = may(Role.ADMINISTRATOR, Role.COORDINATOR, Role.AUDITOR, of=Relation.OWN_AGENCY)
OWNER_OF_A_WEBHOOK = may(Role.ADMINISTRATOR, Role.COORDINATOR, of=Relation.OWN)

WEBHOOK = Permission(may(Role.ADMINISTRATOR, Role.COORDINATOR))
SUBSCRIBING = {"email": Permission(PUBLIC), "inbox": Permission(may(Role.ANYBODY)), "webhook": WEBHOOK}
"""Who may subscribe, by channel: e-mail needs a confirmation instead of an account."""
