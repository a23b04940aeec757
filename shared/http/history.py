"""Timelines: events about an object, with time, actor and reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.envelope import Envelope


class Happened(BaseModel):
    """One event of a timeline.

    ``by`` is the opaque id of the person who acted (None: the system, on schedule), ``organisation`` the
    one they acted for, ``reason`` why, if a reason was required.
    """

    id: UUID
    event: str
    time: datetime
    about: UUID
    by: str | None
    organisation: str | None
    reason: str | None
    correlation_id: str
    data: dict[str, Any]

    @classmethod
    def of(cls, envelope: Envelope) -> Self:
        """The view of an event."""
        return cls(
            id=envelope.id,
            event=f"{envelope.name}.v{envelope.version}",
            time=envelope.time,
            about=envelope.aggregate_id,
            by=envelope.actor,
            organisation=envelope.organisation,
            reason=envelope.data.get("reason") or None,
            correlation_id=envelope.correlation_id,
            data=envelope.data,
        )
