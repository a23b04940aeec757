"""Page rendering: language, headers, user."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.portal.forms import FormError
from services.portal.preview import Preview
from services.portal.redirects import UNSHOWN, return_address
from services.portal.sessions import Visitors
from services.portal.views import templates
from shared.areas import zone_of
from shared.host.service import Running
from shared.http.language import locale_of

SECURE = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "media-src 'self'; manifest-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
PUBLIC, PRIVATE = "no-cache", "no-store, private"


class Renderer:
    """Renders the templates in each language."""

    def __init__(self, runtime: Running) -> None:
        self.settings = runtime.settings
        self.clock = runtime.clock
        self.visitors = Visitors(runtime.settings, runtime.clock)
        self.environment = cache(templates)
        """The templates of a language and a time zone."""

    async def page(
        self,
        request: Request,
        template: str,
        values: dict[str, Any],
        *,
        silent: AbstractSet[str] = frozenset(),
        status: int = HTTPStatus.OK,
        private: bool = False,
        wrong: FormError | None = None,
    ) -> Response:
        """Render a page; one for a single reader, or a ``private`` one, is not cached.

        Its days and times are those of the place of its ``partnership``, if it is about one, else the users'.
        ``wrong`` is a refusal to show; it decides the status.
        """
        visit, locale = await self.visitors.visit(request), locale_of(request)
        query = {key: value for key, value in request.query_params.items() if key not in UNSHOWN}
        place = values.get("partnership")
        area = place.get("area", "") if isinstance(place, Mapping) else ""
        zone = zone_of(area) or self.settings.time_zone
        always: dict[str, Any] = {
            "lang": locale,
            "other": "en" if locale == "id" else "id",
            "here": quote(request.scope["path"]),
            "query": query,
            "onward": return_address(request),
            "silent": sorted(silent | visit.silent),
            "today": self.clock.now().astimezone(zone).date(),
            "reader": visit.visitor,
            "wrong": wrong,
            "preview": None,
        }
        # Previews and search engines get public, existing pages only.
        if status == HTTPStatus.OK and not (private or wrong or visit.visitor):
            here = request.scope["path"]
            always["preview"] = Preview(self.settings.public_url, quote(here), query, locale)
        page = self.environment(locale, zone).get_template(template).render(always | values)
        private = private or bool(self.visitors.secret_in(request))
        headers = SECURE | {
            "Content-Language": locale,
            "Vary": "Accept-Language, Cookie",
            "Cache-Control": PRIVATE if private else PUBLIC,
            **(wrong.headers if wrong else {}),
        }
        answer = HTMLResponse(page, wrong.status if wrong else status, headers=headers)
        return self.visitors.drop_ended_cookie(visit, answer)

    async def missing(self, request: Request) -> Response:
        """The page for 404."""
        return await self.page(request, "missing.html", {}, status=HTTPStatus.NOT_FOUND)

    async def refused(self, request: Request, wrong: FormError) -> Response:
        """The page for a refusal; what is not found is a 404."""
        if wrong.status == HTTPStatus.NOT_FOUND:
            return await self.missing(request)
        return await self.page(request, "refused.html", {}, private=True, wrong=wrong)

    async def go(self, request: Request, path: str, **more: str) -> Response:
        """Redirect to another page, so that reloading does not repeat the action."""
        query = urlencode({**more, "lang": locale_of(request)})
        headers = SECURE | {"Cache-Control": PRIVATE}
        answer = RedirectResponse(
            f"{path}{'&' if '?' in path else '?'}{query}", HTTPStatus.SEE_OTHER, headers
        )
        return self.visitors.drop_ended_cookie(await self.visitors.visit(request), answer)
