"""Value types used in several events of programmes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.vocabulary import Phase


class StageFacts(BaseModel):
    """A planned stage, for subscribers.

    ``co_responsible`` are the parties that answer for it together with the responsible one. Events of
    before both fields existed have neither phases nor co-responsible parties.
    """

    model_config = ConfigDict(frozen=True)

    stage_id: UUID
    position: int
    title: str
    responsible: UUID
    depends_on: tuple[UUID, ...]
    planned_start: date | None
    planned_end: date | None
    phase: Phase | None = None
    co_responsible: tuple[UUID, ...] = ()


class MoneyFacts(BaseModel):
    """An amount in whole units of a currency (ISO 4217)."""

    model_config = ConfigDict(frozen=True)

    amount: int
    currency: str
