"""Documents API: PDF leaflet and standalone HTML page of a product."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import HTMLResponse, Response

from services.products.api.reading import today
from services.products.queries import documents as queries
from services.products.render import leaflet, page, processes
from shared.contracts.vocabulary import Language
from shared.http.conditional import headers_of, not_modified, tag_of
from shared.http.door import Door, DoorDep
from shared.http.known_parameters import TAKES_MORE
from shared.http.routes import Operations
from shared.i18n import negotiate, translator
from shared.identity.permissions import PUBLIC

operations = Operations("documents")
Number = Annotated[int | None, Query(ge=1, le=100_000)]


@operations.get(
    "/products/{product_id}/print.pdf",
    may=PUBLIC,
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}, "description": "The leaflet (PDF/UA-1, A4)"}},
    openapi_extra=TAKES_MORE,
)
async def print_product(
    product_id: UUID, door: DoorDep, language: Language | None = None, version: Number = None
) -> Response:
    """Print a version as an accessible leaflet (PDF); the same bytes each time.

    Warnings about sources that are no longer valid state the day of printing. Those who work on the product
    can print any version; one that is not, or no longer, published is marked on every page.
    """
    shown = await _edition(door, product_id, version, language)
    if not shown.readable:
        shown.version.require_readable()
    edition = shown.edition
    sheet = leaflet.sheet(edition, translator(edition.locale), today(door))
    headers = _headers(shown, tag_of(sheet, processes.edition()))
    headers["Content-Disposition"] = (
        f'inline; filename="{edition.code}-v{edition.number}-{edition.language}.pdf"'
    )
    known = not_modified(door.request, headers)
    return known or Response(await processes.printed(sheet), 200, headers, media_type="application/pdf")


@operations.get(
    "/products/{product_id}/page.html",
    may=PUBLIC,
    response_class=HTMLResponse,
    responses={410: {"content": {"text/html": {}}, "description": "Withdrawn or expired: why, not what"}},
    openapi_extra=TAKES_MORE,
)
async def show_page(
    product_id: UUID, door: DoorDep, language: Language | None = None, version: Number = None
) -> Response:
    """Show a version as one self-contained HTML file; one that may no longer be read says why."""
    shown = await _edition(door, product_id, version, language)
    edition = shown.edition
    # On the portal, where signed-in readers may see what is not public yet.
    where = f"{door.runtime.settings.public_url}/products/{product_id}/print.pdf"
    around = partial(
        page.page,
        edition,
        translator(edition.locale),
        as_of=today(door),
        pdf=f"{where}?language={edition.language}&version={edition.number}" if shown.readable else None,
        readable=shown.readable,
    )
    # The frame around the text is generated on each request; the text is rendered once and cached.
    headers = _headers(shown, tag_of(around(""), edition.body, processes.edition()))
    headers["Content-Security-Policy"] = page.POLICY
    if not shown.readable:
        return HTMLResponse(around(""), 410, headers)
    known = not_modified(door.request, headers)
    return known or HTMLResponse(around(await processes.shown(edition.body)), 200, headers)


async def _edition(
    door: Door, product_id: UUID, number: int | None, language: Language | None
) -> queries.VisibleEdition:
    settings = door.runtime.settings
    preferred = negotiate(door.request.headers.get("accept-language"))
    return await door.read(
        queries.edition,
        queries.EditionRequest(product_id, number, language, preferred),
        door.actor,
        settings.public_url,
        door.runtime.clock.now(),
        settings.time_zone,
    )


def _headers(shown: queries.VisibleEdition, tag: str) -> dict[str, str]:
    return headers_of(tag) | {
        "Content-Language": shown.edition.language,
        "Vary": "Accept-Language, Authorization",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
