"""Permissions of the programmes' operations."""

from __future__ import annotations

from shared.identity.permissions import STAFF, Relation, Role, may

COORDINATOR = may(Role.COORDINATOR, of=Relation.OWN_AGENCY)
PARTY = may(Role.REPRESENTATIVE, of=Relation.PARTY)
INSIDE = PARTY + may(*STAFF, of=Relation.OWN_AGENCY)
"""Who may see what is not public; it does not exist for others."""

TRIAGE = COORDINATOR + PARTY
"""Who sees the reports of residents, and decides what becomes of them."""
