"""Value types used in several events of programmes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class StageFacts(BaseModel):
    """A planned stage, for subscribers."""

    model_config = ConfigDict(frozen=True)

    stage_id: UUID
    position: int
    title: str
    responsible: UUID
    depends_on: tuple[UUID, ...]
    planned_start: date | None
    planned_end: date | None
