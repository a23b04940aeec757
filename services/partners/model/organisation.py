"""Organisations: whoever can be a party."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(eq=False)
class Organisation:
    """An organisation of any kind that can be a party; the agency that registered it looks after it."""

    id: UUID
    agency: str
    name: str
    kind: str
    area: str
    registered_at: datetime
    version: int = 0

    def amend(self, name: str, area: str) -> None:
        """Give it another name or area; its kind stays, for what it agreed to it agreed to as that."""
        self.name, self.area = name, area
