"""Custody: which agency opens the accounts of an organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.refusal import Refusal


class AccountsElsewhere(Refusal):
    """One agency at a time opens the accounts of an organisation."""

    kind = "conflict"
    message = "The agency %(agency)s has open accounts of this organisation."
    remedy = "Ask its administrator to close them first."


@dataclass(eq=False)
class Custody:
    """Which agency (its slug in ``agency``) opens the accounts of an organisation, and since when.

    ``own``: the agency is the organisation's own workspace.
    """

    id: UUID
    agency: str
    organisation_id: UUID
    own: bool
    since: datetime
    version: int = 0

    def pass_to(self, agency: str, at: datetime, *, own: bool) -> bool:
        """Change the custodian; returns whether anything changed."""
        if (self.agency, self.own) == (agency, own):
            return False
        if self.agency != agency:
            self.since = at
        self.agency, self.own = agency, own
        return True
