"""Developer pages, also as data: APIs, event schemas, refusals."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.queries.apis import Apis
from services.portal.rendering import SECURE, Renderer
from shared.contracts.every import EVENTS
from shared.host import documents
from shared.host.asyncapi import asyncapi_of
from shared.host.reference import facts
from shared.host.reference.api import shown
from shared.http.cors import OPEN
from shared.http.declared_problems import without_names
from shared.http.language import locale_of
from shared.http.problems import TITLES
from shared.i18n import LOCALES, N_, translator
from shared.service_names import WITH_DATA

ABOUT = {
    "partners": N_(
        "The registry: organisations, partnerships, charters, boards, meetings, agreements, trust."
    ),
    "programs": N_("Joint work: problems, programmes, stages, evidence, indicators, contributions."),
    "products": N_("Products of partnerships, their versions and uses."),
    "notifications": N_("Notices: subscriptions, webhooks, deliveries, inbox."),
    "identity": N_("Access: accounts, sessions, API tokens, the audit log."),
}
DATA = ".json"
LINKSET = "application/linkset+json"
SCHEMA = "application/schema+json"
LINKS = '</docs>; rel="service-doc", </.well-known/api-catalog>; rel="api-catalog"'
"""The links by which programs find the APIs (RFC 8631, RFC 9727)."""


class Developers:
    """The pages for developers, and their machine-readable forms."""

    def __init__(self, renderer: Renderer) -> None:
        self.renderer = renderer
        self.url = renderer.settings.public_url
        self.apis = Apis(renderer.settings)

    async def docs(self, request: Request) -> Response:
        """Show the overview."""
        return await self._page(request, "developers.html", {"services": ABOUT})

    async def api(self, request: Request) -> Response:
        """Show the documentation of one API."""
        name = request.path_params["service"]
        if name not in ABOUT:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        document = await self.apis.document(name)
        told = shown(name, document, self.url) if document else None
        silent = frozenset() if document else frozenset({name})
        values = {"name": name, "about": ABOUT[name], "api": told}
        answer = await self._page(request, "docs_api.html", values, silent)
        answer.headers["Link"] = f'<{_openapi(name)}>; rel="service-desc"; type="application/json"'
        return answer

    async def events(self, request: Request) -> Response:
        """List the events."""
        return await self._page(
            request, "docs_events.html", {"groups": facts.by_publisher(EVENTS, WITH_DATA)}
        )

    async def event(self, request: Request) -> Response:
        """Show the documentation of one event."""
        for event in EVENTS:
            if facts.name_of(event) == request.path_params["type"]:
                values = {"event": facts.explained(event, self.url)}
                return await self._page(request, "docs_event.html", values)
        raise HTTPException(HTTPStatus.NOT_FOUND)

    async def start(self, request: Request) -> Response:
        """Redirect from the former address of these pages."""
        return _onward(request, "/docs")

    async def index(self, request: Request) -> Response:
        """List the APIs for programs; people are redirected to the pages."""
        return data(self._linkset(), LINKSET) if wants_data(request) else _onward(request, "/docs")

    async def catalogue(self, _request: Request) -> Response:
        """List the APIs at the well-known address (RFC 9727)."""
        return data(self._linkset(), LINKSET)

    async def source(self, request: Request) -> Response:
        """Redirect from a service's address, which is the ``source`` of its events."""
        name = request.path_params["service"]
        if name not in ABOUT:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return _onward(request, _openapi(name) if wants_data(request) else f"/docs/{name}")

    async def schemas(self, request: Request) -> Response:
        """List the events with the addresses of their schemas; people are redirected to the pages."""
        if not wants_data(request):
            return _onward(request, "/docs/events")
        told = [facts.summary(event) for event in EVENTS]
        return data({"schemas": [item | {"schema": self.url + item["file"]} for item in told]})

    async def schema(self, request: Request) -> Response:
        """Serve the schema of one event, at its ``dataschema``."""
        wanted = request.path_params["name"]
        for event in EVENTS:
            if event.schema_file() in (wanted, f"{wanted}.json"):
                return data(event.described(self.url), SCHEMA)
        raise HTTPException(HTTPStatus.NOT_FOUND)

    async def refusals(self, request: Request) -> Response:
        """List all problems."""
        refusals_by_code, silent = await self.apis.problems()
        told = [self._problem(request, refusal) for refusal in refusals_by_code.values()]
        if wants_data(request):
            return data({"problems": told})
        by_status: dict[int, list[dict[str, Any]]] = {}
        for item in sorted(told, key=lambda item: (item["status"], item["title"], item["code"])):
            by_status.setdefault(item["status"], []).append(item)
        answer = await self.renderer.page(request, "refusals.html", {"problems": by_status}, silent=silent)
        return _varied(answer)

    async def refusal(self, request: Request) -> Response:
        """Show one problem, at its ``type``."""
        refusals_by_code, silent = await self.apis.problems()
        problem = refusals_by_code.get(request.path_params["code"].removesuffix(".json"))
        if problem is None and not silent:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        if problem is not None and wants_data(request):
            return data(self._problem(request, problem))
        values = {"problem": self._problem(request, problem) if problem else None}
        status = HTTPStatus.OK if problem else HTTPStatus.SERVICE_UNAVAILABLE
        page = await self.renderer.page(request, "refusal.html", values, silent=silent, status=status)
        return _varied(page)

    async def _page(
        self, request: Request, template: str, values: dict[str, Any], silent: frozenset[str] = frozenset()
    ) -> Response:
        always = {"layout": "base.html", "refusals": "/refusals"}
        return await self.renderer.page(request, template, always | values, silent=silent)

    def _problem(self, request: Request, problem: dict[str, Any]) -> dict[str, Any]:
        say = translator(locale_of(request))
        return {
            "code": problem["code"],
            "type": f"/problems/{problem['code']}",
            "status": problem["status"],
            "title": say(TITLES[problem["status"]]),
            "detail": without_names(say(problem["detail"])),
            "remedy": without_names(say(problem["remedy"])) if problem["remedy"] else "",
        }

    def _linkset(self) -> dict[str, Any]:
        """A link set (RFC 9264): where each API is, and what describes it."""
        return {"linkset": [self._links(name) for name in WITH_DATA]}

    def _links(self, name: str) -> dict[str, Any]:
        base = f"{self.url}/api/{name}"
        described = [
            {"href": f"{base}/v1/openapi.json", "type": "application/json", "title": "OpenAPI 3.1"},
            {"href": f"{base}/v1/asyncapi.json", "type": "application/json", "title": "AsyncAPI 3.0"},
        ]
        return {
            "anchor": base,
            "service-desc": described,
            "service-doc": [{"href": f"{self.url}/docs/{name}", "type": "text/html"}],
        }


def wants_data(request: Request) -> bool:
    """Whether a program asks: by ``.json``, or by accepting JSON and no HTML."""
    accepted = request.headers.get("accept", "")
    return request.url.path.endswith(DATA) or ("json" in accepted and "html" not in accepted)


def data(value: Any, media_type: str = "application/json") -> Response:
    """JSON that is the same for every reader, and open to other sites."""
    answer = Response(
        orjson.dumps(value), media_type=media_type, headers=SECURE | {"Vary": "Accept, Accept-Language"}
    )
    answer.raw_headers.extend(OPEN)
    return answer


def _openapi(service: str) -> str:
    return f"/api/{service}/v1/openapi.json"


def _onward(request: Request, path: str) -> Response:
    """Redirect to the page, in the requested language."""
    language = request.query_params.get("lang", "")
    there = f"{path}?lang={language}" if language in LOCALES else path
    return Response(status_code=HTTPStatus.SEE_OTHER, headers={"Location": there, "Vary": "Accept"})


def _varied(answer: Response) -> Response:
    answer.headers["Vary"] = "Accept, Accept-Language, Cookie"
    return answer


def routes(renderer: Renderer) -> list[Route]:
    """The routes of these pages."""
    made = Developers(renderer)
    return [
        Route("/docs", made.docs),
        Route("/docs/events", made.events),
        Route("/docs/events/{type}", made.event),
        Route("/docs/{service}", made.api),
        documents.route("/asyncapi.json", lambda: asyncapi_of(EVENTS).encode()),
        Route("/developers", made.start),
        Route("/api", made.index),
        Route("/api/", made.index),
        Route("/api.json", made.index),
        Route("/.well-known/api-catalog", made.catalogue),
        Route("/api/{service}", made.source),
        Route("/schemas", made.schemas),
        Route("/schemas.json", made.schemas),
        Route("/schemas/{name}", made.schema),
        Route("/refusals", made.refusals),
        Route("/refusals.json", made.refusals),
        Route("/problems/{code}", made.refusal),
    ]
