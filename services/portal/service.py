"""The portal, wired together."""

from fastapi import APIRouter

from services.portal.api import pages
from services.portal.subscribers import Feed
from shared.host.service import Service

service = Service(
    name="portal",
    title="portal, what everybody can see",
    router=APIRouter(prefix="/v1"),
    workers=(Feed,),
    hears_everything=True,
    pages=pages,
)
