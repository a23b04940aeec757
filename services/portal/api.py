"""Routes of the portal."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from services.portal import (
    account,
    agency,
    crawlers,
    developers,
    downloads,
    personal_data,
    reports,
    review,
    sign_in,
    subscriptions,
    triage,
)
from services.portal.live import place, shown, streaming
from services.portal.papers import pages as papers
from services.portal.queries import partnerships, products, programs, search
from services.portal.reading import Query, read_page
from services.portal.rendering import Renderer
from services.portal.same_origin import SameOriginMiddleware
from services.portal.sessions import Visit
from services.portal.static_files import PublicStaticFiles
from services.portal.subscribers import Feed
from shared.host.service import Running
from shared.http.language import locale_of
from shared.http.middleware import RequestContextMiddleware
from shared.plain_text import folded

LARGEST = 100_000
"""The maximum number of versions."""
FACETS = ("q", "kind", "phase", "audience", "language", "tense", "subject", "medium", "cursor")


class Pages:
    """The portal's pages, in each language."""

    def __init__(self, runtime: Running) -> None:
        self.settings = runtime.settings
        self.feed = runtime.part(Feed)
        self.renderer = Renderer(runtime)

    async def home(self, request: Request) -> Response:
        """Partnerships, products and the feed."""
        locale = locale_of(request)
        zone = self.settings.time_zone
        recent = [shown(event, locale, zone) for event in reversed(self.feed.recent)]
        last = self.feed.recent[-1].sequence if self.feed.recent else 0
        cursor = request.query_params.get("cursor", "")[:200]
        answer = await self._page(
            request, "home.html", lambda reader: partnerships.home(reader, cursor), recent=recent, last=last
        )
        answer.headers["Link"] = developers.LINKS
        return answer

    async def partnership(self, request: Request) -> Response:
        """One partnership with all that belongs to it."""
        wanted = request.path_params["id"]
        return await self._page(request, "partnership.html", lambda r: partnerships.partnership(r, wanted))

    async def charter(self, request: Request) -> Response:
        """One version of the charter, and its changes."""
        wanted, number = request.path_params["id"], request.path_params["number"]
        if number > LARGEST:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return await self._page(request, "charter.html", lambda r: partnerships.charter(r, wanted, number))

    async def program(self, request: Request) -> Response:
        """One programme."""
        wanted = request.path_params["id"]
        return await self._page(request, "program.html", lambda r: programs.program(r, wanted))

    async def problem(self, request: Request) -> Response:
        """One problem."""
        wanted = request.path_params["id"]
        return await self._page(request, "problem.html", lambda r: programs.problem(r, wanted))

    async def product(self, request: Request) -> Response:
        """One product."""
        wanted = request.path_params["id"]
        return await self._page(request, "product.html", lambda r: products.product(r, wanted))

    async def search(self, request: Request) -> Response:
        """Products by words and facets."""
        wanted = {name: request.query_params.get(name, "")[:200] for name in FACETS}
        return await self._page(
            request, "search.html", lambda reader: products.search(reader, wanted), wanted=wanted
        )

    async def everything(self, request: Request) -> Response:
        """Partnerships, programmes, problems and products by words."""
        question, kind, cursor = (
            request.query_params.get(name, "").strip()[:200] for name in ("q", "kind", "cursor")
        )
        return await self._page(
            request,
            "finding.html",
            lambda reader: search.everything(reader, question, kind, cursor),
            sought=question,
        )

    async def printed(self, request: Request) -> Response:
        """The status of the version that a code is printed on."""
        code = request.path_params["code"][:60]
        try:
            return await self._page(request, "printed.html", lambda r: products.printed(r, code), code=code)
        except HTTPException:
            # The holder of a sheet that was not published here needs to know just that.
            return await self.renderer.page(
                request, "code.html", {"unknown": folded(code) or "–"}, status=HTTPStatus.NOT_FOUND
            )

    async def check(self, request: Request) -> Response:
        """A field for the code of a printed sheet; a typed code leads to its status."""
        typed = "".join(sign for sign in request.query_params.get("code", "")[:60] if sign.isalnum())
        if typed:
            return await self.renderer.go(request, f"/p/{quote(typed)}")
        return await self.renderer.page(request, "code.html", {"unknown": ""})

    async def stream(self, request: Request) -> Response:
        """Server-Sent Events; ``Last-Event-ID`` is the sequence in the stream of events."""
        after = place(request.headers.get("last-event-id") or request.query_params.get("after"))
        return streaming(self.feed, after, locale_of(request), self.settings.time_zone)

    async def missing(self, request: Request, _error: Exception) -> Response:
        """The page for 404."""
        return await self.renderer.missing(request)

    async def foreign(self, request: Request) -> Response:
        """The page for a request that another site sent."""
        # As the public: a request from another site does not even look up the visitor.
        request.state.visit = Visit()
        return await self.renderer.page(
            request, "foreign.html", {"here": "/"}, status=HTTPStatus.FORBIDDEN, private=True
        )

    async def _page(self, request: Request, template: str, query: Query, **more: Any) -> Response:
        reader, seen = await read_page(self.renderer, request, query)
        return await self.renderer.page(request, template, seen | more, silent=reader.silent)


def pages(runtime: Running) -> RequestContextMiddleware:
    """The application mounted at ``/``."""
    made = Pages(runtime)
    routes = [
        Route("/", made.home),
        Route("/partnerships/{id:uuid}", made.partnership),
        Route("/partnerships/{id:uuid}/charters/{number:int}", made.charter),
        Route("/programs/{id:uuid}", made.program),
        Route("/problems/{id:uuid}", made.problem),
        Route("/products", made.search),
        Route("/products/{id:uuid}", made.product),
        Route("/search", made.everything),
        Route("/p", made.check),
        Route("/p/{code}", made.printed),
        Route("/feed", made.stream),
        *subscriptions.routes(made.renderer),
        *reports.routes(made.renderer),
        *triage.routes(made.renderer),
        *review.routes(made.renderer),
        *sign_in.routes(made.renderer),
        *account.routes(made.renderer),
        *personal_data.routes(made.renderer),
        *agency.routes(made.renderer),
        *downloads.routes(made.renderer),
        *papers.routes(made.renderer),
        *developers.routes(made.renderer),
        *crawlers.routes(runtime),
        Mount("/static", PublicStaticFiles()),
    ]
    own = Middleware(SameOriginMiddleware, public_url=runtime.settings.public_url, refuse=made.foreign)
    app = Starlette(routes=routes, middleware=[own], exception_handlers={HTTPStatus.NOT_FOUND: made.missing})
    app.state.runtime = runtime
    return RequestContextMiddleware(app, runtime.service.name, runtime.new_id)
