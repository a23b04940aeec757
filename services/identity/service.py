"""Service declaration of identity."""

from pathlib import Path

from services.identity.api import OPERATIONS
from services.identity.api.resources import SignInResources
from services.identity.commands import cleanup
from services.identity.personal import PERSONAL
from services.identity.subscribers import AUDIT, BELONGING, ERASURES, PERSONS, REGISTERED, RESTING
from services.identity.tables import metadata
from services.identity.visibility import visible
from shared.host.service import Service
from shared.timer_runner import Timer

service = Service(
    name="identity",
    title="identity, who may come in",
    operations=OPERATIONS,
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    projections=(AUDIT, ERASURES, REGISTERED, PERSONS, BELONGING),
    reactions=(RESTING,),
    timers=(Timer(cleanup.TIMER, cleanup.clean_up),),
    resources=(SignInResources,),
    mints=True,
    personal=PERSONAL,
    visible=visible,
)
