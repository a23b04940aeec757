"""Service declaration of programs."""

from pathlib import Path

from services.programs.api import OPERATIONS
from services.programs.commands import deadlines, indicators, reports, triage
from services.programs.personal import PERSONAL
from services.programs.queries.reports import what_to_know
from services.programs.subscribers import legal_umbrellas, reporters
from services.programs.tables import metadata
from services.programs.tables.partnerships import DECISIONS, REGISTRY
from services.programs.visibility import visible
from shared.host.service import Service
from shared.timer_runner import Timer

service = Service(
    name="programs",
    title="programs (joint work in stages)",
    operations=OPERATIONS,
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    projections=(*REGISTRY.projections, DECISIONS.projection, legal_umbrellas, reporters),
    timers=(
        Timer(deadlines.DUE_SOON, deadlines.stage_due_soon),
        Timer(deadlines.OVERDUE, deadlines.stage_overdue),
        Timer(indicators.MISSING, indicators.measurement_missing),
        Timer(reports.WAITING, triage.report_waiting),
    ),
    keeps_files=True,
    personal=PERSONAL,
    visible=visible,
    area_of=REGISTRY.area_of,
    tells=what_to_know,
)
