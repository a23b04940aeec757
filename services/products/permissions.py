"""Permissions of the products' operations."""

from __future__ import annotations

from shared.identity.permissions import Relation, Role, may

PARTY = may(Role.REPRESENTATIVE, of=Relation.PARTY)
COORDINATOR = may(Role.COORDINATOR, of=Relation.OWN_AGENCY)
PUBLISHER = may(Role.PUBLISHER, of=Relation.OWN_AGENCY)
