"""The programmes, wired together."""

from pathlib import Path

from services.programs.api import router
from services.programs.subscribers import signed_partnerships
from services.programs.tables import metadata
from shared.contracts import programs as events
from shared.host.service import Service

service = Service(
    name="programs",
    title="programs, joint work in stages",
    router=router,
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    publishes=(
        events.ProgramApproved,
        events.StageStarted,
        events.StageSubmitted,
        events.StageReturned,
        events.StageCompleted,
    ),
    projections=(signed_partnerships,),
    keeps_files=True,
)
