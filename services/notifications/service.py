"""Service declaration of notifications."""

from pathlib import Path

from services.notifications.api import OPERATIONS, webhooks
from services.notifications.commands.subscriptions import LAPSED, confirmation_lapsed
from services.notifications.personal import PERSONAL
from services.notifications.queries import what_to_know
from services.notifications.subscribers import known, notify
from services.notifications.tables import metadata
from services.notifications.visibility import visible
from services.notifications.workers.dispatcher import Dispatcher
from shared.host.service import Service
from shared.timer_runner import Timer

service = Service(
    name="notifications",
    title="notifications (subscriptions and deliveries)",
    operations=OPERATIONS,
    webhooks=webhooks,
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    projections=(known,),
    reactions=(notify,),
    timers=(Timer(LAPSED, confirmation_lapsed),),
    workers=(Dispatcher,),
    personal=PERSONAL,
    visible=visible,
    tells=what_to_know,
)
