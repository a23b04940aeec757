"""Files for crawlers: robots.txt, sitemap, security.txt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from services.portal.sitemap import Part, Sitemap, SitemapUnavailable
from shared.host.service import Running

PRIVATE = (
    "/account",
    "/agency",
    "/sign-in",
    "/sign-out",
    "/subscriptions/",
    "/partnerships/*/follow",
    "/programs/*/review",
    "/reports",
    "/report/follow",
)
"""Pages for one reader only, or with an effect."""
ENDLESS = ("/papers/", "/search", "/feed", "/*?*cursor=", "/*?*q=")
"""Pages without end, the same items in other orders, and what is typeset for each reader."""
APIS = "/api/*/v1/"
"""Not the pages that describe them."""
OPEN_DATA = (
    "/api/products/v1/catalog.jsonld",
    "/api/products/v1/feed.atom",
    "/api/programs/v1/iati.xml",
    "/api/*/v1/partnerships/*/calendar.ics$",
)
"""The parts of the APIs that are made for harvesters."""
VALID_FOR = timedelta(days=180)
"""RFC 9116 advises less than a year (section 2.5.5)."""
AN_HOUR = "max-age=3600"
XML = "application/xml"


class Crawlers:
    """robots.txt (RFC 9309), sitemap.xml (sitemaps.org), security.txt (RFC 9116)."""

    def __init__(self, runtime: Running) -> None:
        self.settings = runtime.settings
        self.clock = runtime.clock
        self.sitemap = Sitemap(runtime.settings, runtime.clock)

    async def robots(self, _request: Request) -> Response:
        """Serve robots.txt."""
        lines = ["User-agent: *"]
        lines += [f"Disallow: {path}" for path in (*PRIVATE, *ENDLESS, APIS)]
        lines += [f"Allow: {path}" for path in OPEN_DATA]
        lines += ["", f"Sitemap: {self.settings.public_url}/sitemap.xml"]
        return self._text(lines)

    async def index(self, _request: Request) -> Response:
        """Serve the sitemap of the public pages: in one file, or if there are too many, an index."""
        parts = await self._parts()
        return self._xml(self.sitemap.index(parts) if len(parts) > 1 else parts[0].pieces())

    async def part(self, request: Request) -> Response:
        """Serve one of the files."""
        parts, number = await self._parts(), request.path_params["number"]
        if not 1 <= number <= len(parts) or len(parts) == 1:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return self._xml(parts[number - 1].pieces())

    async def security(self, _request: Request) -> Response:
        """Serve the contact for security reports; 404 if none is set."""
        if not self.settings.security_contact:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        until = (self.clock.now().astimezone(UTC) + VALID_FOR).replace(hour=0, minute=0, second=0)
        return self._text(
            [
                f"Contact: {self.settings.security_contact}",
                f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
                "Preferred-Languages: id, en",
                f"Canonical: {self.settings.public_url}/.well-known/security.txt",
            ]
        )

    async def _parts(self) -> list[Part]:
        try:
            return await self.sitemap.parts()
        except SitemapUnavailable:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "60"}) from None

    def _text(self, lines: list[str]) -> Response:
        return PlainTextResponse("\n".join([*lines, ""]), headers={"Cache-Control": AN_HOUR})

    def _xml(self, pieces: Iterator[bytes]) -> Response:
        return StreamingResponse(pieces, media_type=XML, headers={"Cache-Control": AN_HOUR})


def routes(runtime: Running) -> list[Route]:
    """The routes of these files."""
    made = Crawlers(runtime)
    return [
        Route("/robots.txt", made.robots),
        Route("/sitemap.xml", made.index),
        Route("/sitemap-{number:int}.xml", made.part),
        Route("/.well-known/security.txt", made.security),
    ]
