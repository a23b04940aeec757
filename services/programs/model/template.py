"""Stage templates by type of problem."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from services.programs.model.plan import dependencies
from shared.contracts.vocabulary import Phase

GENERAL = "general"
"""The type of templates for any problem."""

Texts = dict[str, str]
"""A text in its languages: ``{"id": …, "en": …}``; Indonesian is required."""


@dataclass(eq=False)
class TemplateStage:
    """A stage of a template: it begins ``offset`` days after the first day and takes ``days`` days."""

    position: int
    title: Texts
    phase: Phase | None
    deliverables: list[Texts]
    offset: int
    days: int
    depends_on: list[int]


@dataclass(frozen=True, slots=True)
class TemplatePlan:
    """A stage of a template with its dates, in one language; only the responsible party is missing."""

    title: str
    phase: Phase | None
    deliverables: list[str]
    depends_on: list[int]
    planned_start: date
    planned_end: date


@dataclass(eq=False)
class StageTemplate:
    """The stages for a type of problem; ``shipped`` ones come with the software."""

    id: UUID
    agency: str
    problem_type: str
    title: Texts
    description: Texts
    stages: list[TemplateStage] = field(default_factory=list)
    shipped: bool = False
    version: int = 0

    def check(self) -> None:
        """Refuse invalid or circular dependencies."""
        dependencies([tuple(stage.depends_on) for stage in self.stages])

    def plan(self, start: date, language: str) -> list[TemplatePlan]:
        """The stages with their dates, when the first day is ``start``; the ends are inclusive."""
        return [
            TemplatePlan(
                title=_in(language, stage.title),
                phase=stage.phase,
                deliverables=[_in(language, deliverable) for deliverable in stage.deliverables],
                depends_on=list(stage.depends_on),
                planned_start=start + timedelta(days=stage.offset),
                planned_end=start + timedelta(days=stage.offset + stage.days - 1),
            )
            for stage in self.stages
        ]


def _in(language: str, texts: Texts) -> str:
    return texts.get(language) or texts["id"]
