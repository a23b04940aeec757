"""Agencies: tenants, each with its accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.identity.actor import ANONYMOUS, SYSTEM
from shared.refusal import Refusal

RESERVED = frozenset({ANONYMOUS.agency, SYSTEM.agency})
"""Slugs of the public and of the system itself: with one, an account could read what belongs to no agency."""


class AgencyFounded(Refusal):
    """A slug belongs to one agency."""

    kind = "conflict"
    message = "The agency %(slug)s already exists."
    remedy = "Choose another slug."


class SlugReserved(Refusal):
    """Some slugs are reserved."""

    kind = "conflict"
    message = "The slug %(slug)s is reserved for the system itself."
    remedy = "Choose another slug."


class AgencyUnknown(Refusal):
    """Every account belongs to an agency."""

    kind = "unknown"
    message = "The agency %(slug)s does not exist."
    remedy = "Add it first (kemitraan agencies add), or check the spelling."


@dataclass(eq=False)
class Agency:
    """An agency; ``agency`` is its slug, used in tokens and in the subjects of events."""

    id: UUID
    agency: str
    name: str
    organisation_id: UUID | None
    founded_at: datetime
    version: int = 0
