"""Permissions of identity's operations."""

from __future__ import annotations

from shared.identity.permissions import Relation, Role, may

OWN = may(Role.ANYBODY, of=Relation.OWN)
ADMINISTRATOR = may(Role.ADMINISTRATOR, of=Relation.OWN_AGENCY)
AUDITOR = may(Role.ADMINISTRATOR, Role.AUDITOR, of=Relation.OWN_AGENCY)
