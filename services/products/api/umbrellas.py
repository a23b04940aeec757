"""Legal umbrellas API: in force on a day, and their succession."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from services.products.api.reading import today
from services.products.api.views import LegalOut, ProductOut
from services.products.commands import umbrellas as commands
from services.products.model.product import Product
from services.products.permissions import PARTY
from services.products.queries import umbrellas as queries
from shared.contracts.vocabulary import Means, OrganisationKind, Standing
from shared.fields import AreaCode, LegalDay
from shared.http.door import DoorDep, etag
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("legal umbrellas")


class UmbrellaOut(LegalOut):
    """A legal umbrella; ``in_force`` tells whether it is in force on the requested day."""

    product_id: UUID
    partnership_id: UUID
    title: str
    standing: Standing
    in_force: bool

    @classmethod
    def on(cls, product: Product, day: date, now: date) -> Self:
        """The view of an umbrella on a day."""
        legal = product.legal
        return cls.model_validate(
            {
                **LegalOut.model_validate(legal).model_dump(),
                "product_id": product.id,
                "partnership_id": product.partnership_id,
                "title": product.title,
                "standing": product.standing(now),
                "in_force": legal is not None and product.published is not None and legal.in_force(day),
            }
        )


@operations.get("/umbrellas", may=PUBLIC)
async def list_umbrellas(
    door: DoorDep,
    paging: PageDep,
    on: Annotated[LegalDay | None, Query(description="The day; today by default")] = None,
    means: Means | None = None,
    area: Annotated[AreaCode | None, Query(description="An administrative code, such as 35.15.07")] = None,
    actor: OrganisationKind | None = None,
) -> Page[UmbrellaOut]:
    """List the umbrellas in force on a day, for an act by these means, in that area, by such an actor."""
    now = today(door)
    day = on or now
    sought = queries.UmbrellaFilter(day, means, area, actor)
    in_force = await door.read(queries.list_in_force, sought, paging.after, paging.limit + 1)
    return paging.page(
        in_force, lambda product: UmbrellaOut.on(product, day, now), lambda product: product.id
    )


@operations.get("/umbrellas/{product_id}", may=PUBLIC)
async def show_umbrella(product_id: UUID, door: DoorDep, response: Response) -> UmbrellaOut:
    """Show one umbrella as it stands today."""
    umbrella = await door.read(queries.umbrella, product_id)
    response.headers["ETag"] = etag(umbrella.version)
    return UmbrellaOut.on(umbrella, today(door), today(door))


@operations.get("/umbrellas/{product_id}/succession", may=PUBLIC)
async def show_succession(product_id: UUID, door: DoorDep) -> list[UmbrellaOut]:
    """List what an umbrella replaced, and what replaced it, oldest first."""
    succession = await door.read(queries.succession, product_id)
    return [UmbrellaOut.on(product, today(door), today(door)) for product in succession]


operations.do(
    "/umbrellas/{product_id}/revoke",
    commands.revoke_umbrella,
    may=PARTY,
    label=N_("record that a regulation was revoked"),
    shows=ProductOut,
)
operations.do(
    "/umbrellas/{product_id}/restore",
    commands.restore_umbrella,
    may=PARTY,
    label=N_("take back a recorded revocation"),
    shows=ProductOut,
)
