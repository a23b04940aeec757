"""What several events of the programmes hold."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

Phase = Literal["prevention", "handling", "rehabilitation"]
Means = Literal["educate", "protect", "channel", "coordinate", "act"]
Impact = Literal["disturbs", "hinders", "damages", "destroys"]
SaraPhase = Literal["scanning", "analysis", "response", "assessment", "closed"]
"""The phases of problem-oriented policing (Eck and Spelman 1987), and the end."""
Side = Literal["offender", "target", "place"]
"""The sides of the problem-analysis triangle."""
Prohibition = Literal["task_unit", "police_insignia", "case_alone", "coercion", "politics"]
"""What a police–community forum must not do or have (Skep/737/X/2005)."""
ContributionKind = Literal["funds", "time", "goods", "venue", "knowledge", "data", "other"]
ResultType = Literal["output", "outcome", "impact"]
Measure = Literal["unit", "percentage", "nominal", "ordinal", "qualitative"]
Capacity = Literal["deter", "solve", "improve", "build"]


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
