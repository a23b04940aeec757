"""Audit log entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(eq=False)
class Entry:
    """One audited act. ``actor`` is an opaque id (None: the system, or an unknown person)."""

    id: UUID
    at: datetime
    agency: str
    service: str
    kind: str
    actor: str | None
    organisation: str | None
    about: UUID
    outcome: str
    correlation_id: str
    details: dict[str, Any]


def outcome_of(kind: str) -> str:
    """Whether the act was done or refused."""
    return "refused" if kind.endswith("-refused") else "done"
