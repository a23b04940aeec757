"""Service declaration of the portal."""

from services.portal.api import pages
from services.portal.live import operations
from services.portal.subscribers import Feed
from shared.host.service import Service

service = Service(
    name="portal",
    title="portal (the public feed of events)",
    operations=(operations,),
    workers=(Feed,),
    hears_everything=True,
    pages=pages,
)
