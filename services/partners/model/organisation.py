"""Organisations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.plain_text import letters


@dataclass(eq=False)
class Organisation:
    """An organisation of any kind that can be a party, managed by the agency that registered it."""

    id: UUID
    agency: str
    name: str
    kind: str
    area: str
    registered_at: datetime
    version: int = 0
    name_key: str = ""

    def __post_init__(self) -> None:
        """Compute the search key of the name."""
        self.name_key = letters(self.name)

    def amend(self, name: str, area: str) -> None:
        """Change its name or area; its kind stays, because its agreements rest on it."""
        self.name, self.name_key, self.area = name, letters(name), area
