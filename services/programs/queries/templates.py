"""Queries of stage templates: built-in ones, and those of agencies."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.programs.model.template import GENERAL, StageTemplate
from services.programs.tables.templates import shipped, templates
from shared.contracts.envelope import Envelope
from shared.database import outbox, reading


def template(session: Session, template_id: UUID) -> StageTemplate:
    """One template; raises ``UnknownAggregate``."""
    return shipped().get(template_id) or reading.find_one(session, StageTemplate, template_id)


def list_templates(
    session: Session, problem_type: str | None, after: UUID | None, limit: int
) -> list[StageTemplate]:
    """Templates for a type of problem, including the general ones; or all. In the order of their ids."""
    wanted = {problem_type, GENERAL}
    query = sa.select(StageTemplate).order_by(templates.c.id).limit(limit)
    if problem_type is not None:
        query = query.where(templates.c.problem_type.in_(wanted))
    if after is not None:
        query = query.where(templates.c.id > after)
    ours = [
        template
        for template in shipped().values()
        if (problem_type is None or template.problem_type in wanted)
        and (after is None or template.id > after)
    ]
    return sorted([*ours, *session.scalars(query)], key=lambda item: item.id)[:limit]


def timeline(session: Session, template_id: UUID) -> list[Envelope]:
    """Everything that happened to a template (nothing for a shipped one); raises ``UnknownAggregate``."""
    return outbox.history(session, template(session, template_id).id)
