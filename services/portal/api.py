"""The page and the feed over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from services.portal import labels
from services.portal.queries import overview
from services.portal.subscribers import Feed, Happened
from shared.http.middleware import RequestScope
from shared.i18n import Locale, negotiate, translations, translator
from shared.i18n.formats import show_date, show_moment

if TYPE_CHECKING:
    from shared.host.runtime import ServiceRuntime

HERE = Path(__file__).parent
HEARTBEAT = 15.0
SECURE = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


def locale_of(request: Request) -> Locale:
    """The language asked for by ``?lang=``, else by Accept-Language."""
    wanted = request.query_params.get("lang")
    return negotiate(wanted if wanted in ("id", "en") else request.headers.get("accept-language"))


def templates(locale: Locale) -> Environment:
    """The templates in one language."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(translations(locale), newstyle=True)  # type: ignore[attr-defined]
    environment.filters["day"] = lambda moment: show_date(moment.date(), locale)
    return environment


class Pages:
    """The portal's pages, in each language."""

    def __init__(self, runtime: ServiceRuntime) -> None:
        self.settings = runtime.settings
        self.feed = runtime.worker(Feed)
        self.environments = {locale: templates(locale) for locale in ("id", "en")}

    async def home(self, request: Request) -> Response:
        """Partnerships, products and the feed."""
        locale = locale_of(request)
        say = translator(locale)
        async with aiohttp.ClientSession() as session:
            seen = await overview(session, self.settings)
        page = (
            self.environments[locale]
            .get_template("home.html")
            .render(
                lang=locale,
                other="en" if locale == "id" else "id",
                seen=seen,
                kinds={key: say(text) for key, text in labels.KINDS.items()},
                phases={key: say(text) for key, text in labels.PHASES.items()},
                states={key: say(text) for key, text in labels.STATES.items()},
                recent=[shown(one, locale) for one in reversed(self.feed.recent)],
                last=self.feed.recent[-1].sequence if self.feed.recent else 0,
            )
        )
        headers = SECURE | {
            "Content-Language": locale,
            "Vary": "Accept-Language",
            "Cache-Control": "no-cache",
        }
        return HTMLResponse(page, headers=headers)

    async def stream(self, request: Request) -> Response:
        """Server-Sent Events; ``Last-Event-ID`` is the sequence in the stream of events."""
        given = request.headers.get("last-event-id") or request.query_params.get("after") or "0"
        after = int(given) if given.isdigit() and len(given) < 19 else 0
        events = watch(self.feed, after, locale_of(request))
        headers = SECURE | {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)


def shown(happened: Happened, locale: Locale) -> dict[str, str]:
    """An event of the feed, in words and with the ids by which it is followed from its cause on."""
    label = labels.EVENTS.get(happened.event_type, happened.event_type)
    return {
        "id": str(happened.id),
        "type": happened.event_type,
        "correlation": happened.correlation_id,
        "causation": happened.causation_id,
        "label": translator(locale)(label),
        "title": happened.title,
        "time": show_moment(happened.time, locale),
        "at": happened.time.isoformat(),
        "kind": happened.event_type.partition(".")[0],
    }


async def watch(feed: Feed, after: int, locale: Locale) -> AsyncIterator[bytes]:
    """Events as they come, with a comment as heartbeat when none does."""
    queue = feed.watch()
    try:
        yield b"retry: 2000\n\n"
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    happened = await queue.get()
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if happened is None:
                return
            # A reader may know more than a feed that has just started, and be told nothing twice.
            if happened.sequence > after:
                data = orjson.dumps(shown(happened, locale))
                yield b"id: %d\ndata: %s\n\n" % (happened.sequence, data)
    finally:
        feed.watchers.discard(queue)


def pages(runtime: ServiceRuntime) -> RequestScope:
    """The application behind ``/``."""
    made = Pages(runtime)
    routes = [
        Route("/", made.home),
        Route("/feed", made.stream),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    return RequestScope(Starlette(routes=routes), runtime.service.name, runtime.new_id)
