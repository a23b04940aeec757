"""Stage templates: rows of agencies, and built-in files read once."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from services.programs.model.template import StageTemplate, TemplateStage
from services.programs.tables.registry import mapper_registry, metadata
from shared.contracts.vocabulary import Phase
from shared.database.tables import WordText

SHIPPED = Path(__file__).parents[1] / "templates"

templates = sa.Table(
    "stage_templates",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("problem_type", sa.Text, nullable=False, index=True),
    sa.Column("title", sa.JSON, nullable=False),
    sa.Column("description", sa.JSON, nullable=False),
    sa.Column("shipped", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
template_stages = sa.Table(
    "template_stages",
    metadata,
    sa.Column("template_id", sa.ForeignKey("stage_templates.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("title", sa.JSON, nullable=False),
    sa.Column("phase", WordText(Phase)),
    sa.Column("deliverables", sa.JSON, nullable=False),
    sa.Column("offset", sa.Integer, nullable=False),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("depends_on", sa.JSON, nullable=False),
)

mapper_registry.map_imperatively(TemplateStage, template_stages)
mapper_registry.map_imperatively(
    StageTemplate,
    templates,
    properties={
        "stages": relationship(
            TemplateStage, lazy="selectin", order_by=template_stages.c.position, cascade="all, delete-orphan"
        )
    },
)


@cache
def shipped() -> dict[UUID, StageTemplate]:
    """The templates that come with the software, by ascending id; attached to no session."""
    templates_shipped = [_read(path) for path in SHIPPED.glob("*.json")]
    return {template.id: template for template in sorted(templates_shipped, key=lambda item: item.id)}


def _read(path: Path) -> StageTemplate:
    raw = json.loads(path.read_text(encoding="utf-8"))
    return StageTemplate(
        id=UUID(raw["id"]),
        agency="kemitraan",
        problem_type=raw["problem_type"],
        title=raw["title"],
        description=raw["description"],
        stages=[TemplateStage(position=position, **stage) for position, stage in enumerate(raw["stages"], 1)],
        shipped=True,
        version=raw["version"],
    )
