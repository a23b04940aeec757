"""Open data: DCAT catalogue and Atom feed."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

import orjson
from fastapi import Query
from starlette.responses import Response

from services.products.api.views import BASE
from services.products.queries import feeds as queries
from services.products.render import catalogue, feed
from shared.http.conditional import headers_of, not_modified, tag_of
from shared.http.door import Door, DoorDep
from shared.http.known_parameters import TAKES_MORE
from shared.http.paging import PageDep, PageParams
from shared.http.routes import Operations
from shared.i18n import translator
from shared.identity.permissions import PUBLIC

operations = Operations("open data")


@operations.get(
    "/catalog.jsonld",
    may=PUBLIC,
    response_class=Response,
    responses={200: {"content": {"application/ld+json": {}}, "description": "A dcat:Catalog (DCAT 3)"}},
)
async def show_catalogue(door: DoorDep, paging: PageDep) -> Response:
    """Export the published products as open data, a page at a time; the header Link has the next page."""
    stamp = await door.read(queries.stamp)
    settings = door.runtime.settings
    url = settings.public_url
    publisher = catalogue.Publisher(
        settings.publisher, settings.licence, settings.contact, url, settings.time_zone
    )
    headers = headers_of(
        tag_of(catalogue.FORMAT, publisher, paging.after, paging.limit, stamp.state), stamp.modified
    )
    known = not_modified(door.request, headers)
    if known is not None:
        return known
    offered = await door.read(queries.offered, paging.after, paging.limit + 1)
    page = paging.page(offered, lambda item: item.product.id, lambda item: item.product.id)
    base = url + BASE
    following = f"{base}/catalog.jsonld?{_query(paging, page.next)}" if page.next else None
    if following:
        headers["Link"] = f'<{following}>; rel="next"'
    written = catalogue.catalogue(
        offered[: paging.limit],
        publisher=publisher,
        issued=stamp.issued,
        modified=stamp.modified,
        base=base,
        here=_here(door, f"{base}/catalog.jsonld"),
        following=following,
        total=len(stamp.state),
    )
    return Response(
        orjson.dumps(written, option=orjson.OPT_NON_STR_KEYS), 200, headers, media_type="application/ld+json"
    )


@operations.get(
    "/feed.atom",
    may=PUBLIC,
    response_class=Response,
    responses={200: {"content": {"application/atom+xml": {}}, "description": "An Atom feed"}},
    openapi_extra=TAKES_MORE,
)
async def show_feed(door: DoorDep, language: Annotated[Literal["id", "en"], Query()] = "id") -> Response:
    """Show the newest fifty publications and withdrawals."""
    news = await door.read(queries.news, language)
    portal = door.runtime.settings.public_url
    written = feed.feed(
        news.entries,
        language=language,
        portal=portal,
        here=f"{portal}{BASE}/feed.atom?language={language}",
        translate=translator(language),
    )
    headers = headers_of(tag_of(written), news.modified) | {"Content-Language": language}
    known = not_modified(door.request, headers)
    return known or Response(written, 200, headers, media_type="application/atom+xml")


def _query(paging: PageParams, cursor: str) -> str:
    return urlencode({"cursor": cursor, "limit": paging.limit})


def _here(door: Door, address: str) -> str:
    query = door.request.url.query
    return f"{address}?{query}" if query else address
