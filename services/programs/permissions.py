"""Permissions of the programmes' operations."""

from __future__ import annotations

from shared.identity.permissions import STAFF, Relation, Role, may

COORDINATOR = may(Role.COORDINATOR, of=Relation.OWN_AGENCY)
PARTY = may(Role.REPRESENTATIVE, of=Relation.PARTY)
LEAD = may(Role.REPRESENTATIVE, of=Relation.LEAD)
INSIDE = PARTY + may(*STAFF, of=Relation.OWN_AGENCY)
"""Who sees what the public does not; to everybody else it is not there."""
