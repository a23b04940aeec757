"""What several events of the programmes hold."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class StageFacts(BaseModel):
    """A planned stage as its listeners need it."""

    model_config = ConfigDict(frozen=True)

    stage_id: UUID
    position: int
    title: str
    responsible: UUID
    depends_on: tuple[UUID, ...]
    planned_start: date | None
    planned_end: date | None
