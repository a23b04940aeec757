"""The way of a version over HTTP: discarded or submitted, sent back, approved, published, withdrawn."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from services.products.api.views import ProductOut
from services.products.commands import relations as relating
from services.products.commands import versions as commands
from services.products.permissions import PARTY, PUBLISHER
from services.products.queries import documents as queries
from services.products.render.words import make_ready
from shared.http.door import DoorDep
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


@operations.post(
    "/products/{product_id}/publish",
    may=PARTY + PUBLISHER,
    label=N_("publish a product"),
    response_model=ProductOut,
)
async def publish_version(product_id: UUID, door: DoorDep) -> Response:
    """Publish the latest version, once two parties have approved it."""
    # What is heavy about the index is done before the transaction, which holds the database.
    await make_ready(await door.read(queries.newest_bodies, product_id, door.actor))
    command = commands.PublishVersion(product_id=product_id)
    return await door.do(commands.publish_version, command, ProductOut.of)


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
