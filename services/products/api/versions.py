"""Versions API: review, approval, publication, withdrawal."""

from __future__ import annotations

from services.products.api.views import ProductOut
from services.products.commands import relations as relating
from services.products.commands import versions as commands
from services.products.permissions import PARTY, PUBLISHER
from services.products.queries import documents as queries
from services.products.render.words import make_ready
from shared.http.door import Door
from shared.http.routes import Operations
from shared.i18n import N_

operations = Operations("versions")

operations.do(
    "/products/{product_id}/discard",
    commands.discard_version,
    may=PARTY,
    label=N_("discard a draft"),
    shows=ProductOut,
)
operations.do(
    "/products/{product_id}/take-back",
    commands.take_back_review,
    may=PARTY,
    label=N_("withdraw a draft from review"),
    shows=ProductOut,
)
operations.do(
    "/products/{product_id}/submit",
    commands.submit_version,
    may=PARTY,
    label=N_("request a review"),
    shows=ProductOut,
)
operations.do(
    "/products/{product_id}/request-changes",
    commands.request_changes,
    may=PARTY,
    label=N_("request changes to a draft"),
    shows=ProductOut,
)
operations.do(
    "/products/{product_id}/approve",
    commands.approve_version,
    may=PARTY,
    label=N_("approve a product"),
    shows=ProductOut,
)


async def make_index_ready(door: Door, command: commands.PublishVersion) -> None:
    """Extract the words for the search index before the transaction, which locks the database."""
    await make_ready(await door.read(queries.newest_bodies, command.product_id, door.actor))


operations.do(
    "/products/{product_id}/publish",
    commands.publish_version,
    may=PARTY + PUBLISHER,
    label=N_("publish a product"),
    shows=ProductOut,
    first=make_index_ready,
)
operations.do(
    "/products/{product_id}/withdraw",
    commands.withdraw_product,
    may=PARTY,
    label=N_("withdraw a product"),
    shows=ProductOut,
)
operations.create(
    "/products/{product_id}/relations",
    relating.relate_product,
    may=PARTY,
    label=N_("link related products"),
    shows=ProductOut,
)
