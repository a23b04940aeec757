"""The portal, wired together."""

from services.portal.api import pages
from services.portal.live import router
from services.portal.subscribers import Feed
from shared.host.service import Service
from shared.identity.permissions import PUBLIC, table

service = Service(
    name="portal",
    title="portal, what everybody can see",
    router=router,
    workers=(Feed,),
    hears_everything=True,
    pages=pages,
    permissions=table(follow_feed=PUBLIC),
)
