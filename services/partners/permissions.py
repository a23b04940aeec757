"""Permissions of the registry's operations."""

from __future__ import annotations

from shared.identity.permissions import STAFF, Relation, Role, may

REGISTRARS = (Role.ADMINISTRATOR, Role.COORDINATOR)
"""Roles that manage an agency's organisations and people."""
THEIR_READERS = (*REGISTRARS, Role.AUDITOR)

REGISTRAR = may(*REGISTRARS, of=Relation.OWN_AGENCY)
COORDINATOR = may(Role.COORDINATOR, of=Relation.OWN_AGENCY)
PRESIDING = may(Role.ANYBODY, of=Relation.PRESIDING)
CALLS_MEETINGS = may(Role.SECRETARY, Role.COORDINATOR, of=Relation.STANDING_IN) + PRESIDING
OPENS_ROUNDS = may(Role.SECRETARY, Role.COORDINATOR, of=Relation.OWN_AGENCY) + PRESIDING
KEEPS_RECORDS = may(Role.SECRETARY, of=Relation.STANDING_IN) + PRESIDING
PARTY = may(Role.REPRESENTATIVE, of=Relation.PARTY)
LEAD = may(Role.REPRESENTATIVE, of=Relation.LEAD)
SIGNATORY = may(Role.REPRESENTATIVE, of=Relation.SIGNATORY)
OWN = may(Role.REPRESENTATIVE, of=Relation.OWN)
KEEPS_PEOPLE = REGISTRAR + OWN
READS_MEMBERSHIPS = may(*THEIR_READERS, of=Relation.OWN_AGENCY) + OWN
READS_CONTACTS = may(*STAFF, of=Relation.OWN_AGENCY) + PARTY
