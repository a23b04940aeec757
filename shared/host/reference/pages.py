"""The reference where no portal is: of the services of this process, in a layout of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from shared.host import documents
from shared.host.asyncapi import asyncapi_of
from shared.host.reference import facts
from shared.host.reference.api import shown
from shared.host.reference.words import TEMPLATES, filters
from shared.host.service import Service
from shared.http.language import locale_of
from shared.i18n import Locale, translations

POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
STYLE = TEMPLATES / "docs.css"


class Reference:
    """The pages, and the AsyncAPI of all events of these services."""

    def __init__(self, services: Mapping[str, Service], apis: Mapping[str, FastAPI], public_url: str) -> None:
        self.services = services
        self.apis = apis
        self.url = public_url
        self.events = [event for service in services.values() for event in service.publishes]

    async def index(self, request: Request) -> Response:
        """List the services."""
        titles = {name: service.title for name, service in self.services.items()}
        return self._page(request, "docs.html", {"services": titles})

    async def api(self, request: Request) -> Response:
        """Show the API of one service."""
        name = request.path_params["service"]
        if name not in self.services:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        document = await asyncio.to_thread(documents.openapi, self.apis[name])
        values = {"name": name, "about": self.services[name].title, "api": shown(name, document, self.url)}
        return self._page(request, "docs_api.html", values)

    async def list_events(self, request: Request) -> Response:
        """List the events."""
        groups = facts.by_publisher(self.events, self.services)
        return self._page(request, "docs_events.html", {"groups": groups})

    async def event(self, request: Request) -> Response:
        """Show one event."""
        for event in self.events:
            if facts.name_of(event) == request.path_params["type"]:
                return self._page(request, "docs_event.html", {"event": facts.explained(event, self.url)})
        raise HTTPException(HTTPStatus.NOT_FOUND)

    async def style(self, _request: Request) -> Response:
        """Serve the style sheet."""
        return FileResponse(STYLE, media_type="text/css")

    def routes(self) -> list[Route]:
        """The routes of these pages."""
        return [
            Route("/docs", self.index),
            Route("/docs/docs.css", self.style),
            Route("/docs/events", self.list_events),
            Route("/docs/events/{type}", self.event),
            Route("/docs/{service}", self.api),
            documents.route("/asyncapi.json", lambda: asyncapi_of(self.events).encode()),
        ]

    def _page(self, request: Request, template: str, values: dict[str, Any]) -> Response:
        locale = locale_of(request)
        always = {
            "layout": "docs_layout.html",
            "lang": locale,
            "other": "en" if locale == "id" else "id",
            "here": quote(request.scope["path"]),
            "refusals": "",
        }
        page = _environment(locale).get_template(template).render(always | values)
        headers = {"Content-Security-Policy": POLICY, "Content-Language": locale, "Vary": "Accept-Language"}
        return HTMLResponse(page, headers=headers | {"Cache-Control": "no-cache"})


@cache
def _environment(locale: Locale) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(translations(locale), newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= filters(locale)
    return environment
