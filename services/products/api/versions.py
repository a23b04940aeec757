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
from shared.contracts.products import Relation
from shared.fields import ReasonIn, RequestBody
from shared.http.door import DoorDep
from shared.http.routes import Operations
from shared.i18n import N_

operations = Operations("versions")


class RelationIn(RequestBody):
    """How the product stands to another one."""

    relation: Relation
    target: UUID


@operations.post(
    "/products/{product_id}/discard", may=PARTY, label=N_("discard a draft"), response_model=ProductOut
)
async def discard_version(product_id: UUID, door: DoorDep) -> Response:
    """Give the draft up; of a product that has no other version nothing is left but its timeline."""
    return await door.do(commands.discard_version, commands.VersionAct(product_id), ProductOut.of)


@operations.post(
    "/products/{product_id}/take-back",
    may=PARTY,
    label=N_("take a draft back from review"),
    response_model=ProductOut,
)
async def take_back_review(product_id: UUID, door: DoorDep) -> Response:
    """Have the newest version as a draft again, as the party that submitted it; approvals are void."""
    return await door.do(commands.take_back_review, commands.VersionAct(product_id), ProductOut.of)


@operations.post(
    "/products/{product_id}/submit", may=PARTY, label=N_("ask for a review"), response_model=ProductOut
)
async def submit_version(product_id: UUID, door: DoorDep) -> Response:
    """Ask the parties to review the newest version (representative of a party)."""
    return await door.do(commands.submit_version, commands.VersionAct(product_id), ProductOut.of)


@operations.post(
    "/products/{product_id}/request-changes",
    may=PARTY,
    label=N_("request changes to a draft"),
    response_model=ProductOut,
)
async def request_changes(product_id: UUID, body: ReasonIn, door: DoorDep) -> Response:
    """Send the newest version back to its draft, as another party than the one that submitted it."""
    command = commands.RequestChanges(product_id, body.reason)
    return await door.do(commands.request_changes, command, ProductOut.of)


@operations.post(
    "/products/{product_id}/approve", may=PARTY, label=N_("approve a product"), response_model=ProductOut
)
async def approve_version(product_id: UUID, door: DoorDep) -> Response:
    """Approve the newest version for one's own organisation; two parties and two persons are needed."""
    return await door.do(commands.approve_version, commands.VersionAct(product_id), ProductOut.of)


@operations.post(
    "/products/{product_id}/publish",
    may=PARTY + PUBLISHER,
    label=N_("publish a product"),
    response_model=ProductOut,
)
async def publish_version(product_id: UUID, door: DoorDep) -> Response:
    """Publish the newest version, once two parties have approved it."""
    # What is heavy about the index is done before the transaction, which holds the database.
    await make_ready(await door.read(queries.newest_bodies, product_id, door.actor))
    return await door.do(commands.publish_version, commands.VersionAct(product_id), ProductOut.of)


@operations.post(
    "/products/{product_id}/withdraw", may=PARTY, label=N_("withdraw a product"), response_model=ProductOut
)
async def withdraw_product(product_id: UUID, body: ReasonIn, door: DoorDep) -> Response:
    """Put the published version out of use; the reason stays public."""
    command = commands.WithdrawProduct(product_id, body.reason)
    return await door.do(commands.withdraw_product, command, ProductOut.of)


@operations.post(
    "/products/{product_id}/relations",
    may=PARTY,
    label=N_("relate products"),
    status_code=201,
    response_model=ProductOut,
)
async def relate_product(product_id: UUID, body: RelationIn, door: DoorDep) -> Response:
    """Put a product in a relation to another one; both show it."""
    command = relating.RelateProduct(product_id, body.relation, body.target)
    return await door.create(relating.relate_product, command, ProductOut.of)
