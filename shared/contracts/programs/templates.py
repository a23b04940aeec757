"""What is published about stage templates."""

from __future__ import annotations

from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.i18n import N_


class TemplateAdded(
    Event,
    publisher="programs",
    aggregate="template_id",
    label=N_("Stage template added"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """An agency added its own stage template for a type of problem."""

    template_id: UUID
    problem_type: str
    title: str
    stages: int
