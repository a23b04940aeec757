"""Sign-in pages: signing in and out, setting a password through a one-time link."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.forms import DIFFERENT, FormError, identity_error, input_error, read_form, too_often
from services.portal.identity import IdentityRefused, IdentityUnavailable
from services.portal.redirects import safe_address
from services.portal.rendering import Renderer
from services.portal.sessions import Visit
from shared.http.rate_limits import RateLimit, TooManyRequests
from shared.i18n import N_
from shared.identity.actor import is_agency

GUESSED = RateLimit("portal-sign-in", per_address="20/minute")
"""Identity counts by account; by address only if the portal is one of its trusted proxies, else here."""
WRONG = FormError(
    HTTPStatus.UNAUTHORIZED,
    N_("The sign-in failed."),
    N_("Check the user name, password and code; an administrator of your agency can send you a new link."),
)
HALF = FormError(
    HTTPStatus.SERVICE_UNAVAILABLE,
    N_("You are signed out in this browser, but the accounts service does not respond."),
    N_("The session expires automatically; to end it sooner, sign in again and end it under “Your account”."),
)
VISIT_COOKIE = "kemitraan-visit"
"""The cookie with which identity binds a provider's response to this browser."""


class SignIn:
    """The pages for signing in."""

    def __init__(self, renderer: Renderer) -> None:
        self.renderer = renderer
        self.visitors = renderer.visitors
        self.identity = renderer.visitors.identity

    async def show(self, request: Request) -> Response:
        """Show the form; or, on return from a provider, sign in."""
        onward = request.query_params.get("next", "")
        if "next" in request.path_params:
            onward = f"/{request.path_params['next']}"
        typed = {"next": safe_address(onward)}
        if code := request.query_params.get("code"):
            body = {"code": code, "browser": request.cookies.get(VISIT_COOKIE, "")}
            return await self._enter(request, "provider/entries", body, typed)
        if (await self.visitors.visit(request)).visitor is not None:
            return await self.renderer.go(request, typed["next"] or "/account")
        return await self._form(request, typed, None)

    async def sign_in(self, request: Request) -> Response:
        """Sign in; typed values stay, except for the password and the code."""
        given = await read_form(request, "user_name", "password", "code", "next")
        typed = {"user_name": given["user_name"], "next": safe_address(given.pop("next"))}
        try:
            await GUESSED(request)
        except TooManyRequests as refusal:
            return await self._form(request, typed, too_often(refusal, request))
        known = request.cookies.get(self.visitors.known_cookie, "")[:200]
        body = given | {"code": given["code"].replace(" ", ""), "browser": known}
        return await self._enter(request, "sessions", body, typed)

    async def sign_out(self, request: Request) -> Response:
        """End the session in identity, and delete the cookie."""
        try:
            await self.visitors.end_session(request)
        except IdentityUnavailable:
            request.state.visit = Visit()
            return self.visitors.drop_session_cookie(await self._form(request, {}, HALF))
        return self.visitors.drop_session_cookie(await self.renderer.go(request, "/"))

    async def show_link(self, request: Request) -> Response:
        """Show the form for a new password; a script moves the secret from the fragment into it."""
        return await self._link_form(request, "", None)

    async def use_link(self, request: Request) -> Response:
        """Set the password; afterwards the visitor signs in with it."""
        given = await read_form(request, "secret", "password", "repeated")
        if given["password"] != given["repeated"]:
            return await self._link_form(request, given["secret"], DIFFERENT)
        try:
            await GUESSED(request)
            body = {"secret": given["secret"].strip(), "password": given["password"]}
            await self.identity.ask(request, "POST", "links/use", body)
        except TooManyRequests as refusal:
            return await self._link_form(request, given["secret"], too_often(refusal, request))
        except (IdentityRefused, IdentityUnavailable) as error:
            return await self._link_form(request, given["secret"], identity_error(error))
        return await self.renderer.go(request, "/sign-in", done="link")

    async def _enter(
        self, request: Request, path: str, body: dict[str, str], typed: dict[str, str]
    ) -> Response:
        try:
            entry = await self.identity.ask(request, "POST", path, body)
        except (IdentityRefused, IdentityUnavailable) as error:
            return await self._form(
                request, typed, input_error(error, WRONG) if "user_name" in typed else identity_error(error)
            )
        with suppress(
            IdentityUnavailable
        ):  # one session per browser: an earlier one ends, now or at its expiry
            await self.visitors.end_session(request)
        request.state.visit = Visit()
        onward = await self.renderer.go(request, typed["next"] or "/")
        answer = self.visitors.set_session_cookie(onward, entry["session"])
        return self.visitors.set_browser_cookie(answer, entry["browser"])

    async def _form(self, request: Request, typed: dict[str, str], wrong: FormError | None) -> Response:
        silent: set[str] = set()
        try:
            ways: dict[str, Any] = await self.identity.ask(request, "GET", "ways")
        except (IdentityRefused, IdentityUnavailable):
            ways, silent = {"provider": False}, {"identity"}
        done = request.query_params.get("done", "") if wrong is None else ""
        onward = typed.get("next", "")
        told = request.query_params.get("agencies", "")[:500].split(", ")
        values = {"typed": typed, "ways": ways, "done": done, "here": "/sign-in", "next": onward} | {
            "agencies": [slug for slug in told if is_agency(slug)]
        }
        return await self.renderer.page(
            request, "sign_in.html", values, silent=silent, private=True, wrong=wrong
        )

    async def _link_form(self, request: Request, secret: str, wrong: FormError | None) -> Response:
        values = {"secret": secret}
        return await self.renderer.page(request, "link.html", values, private=True, wrong=wrong)


def routes(renderer: Renderer) -> list[Route]:
    """The routes for signing in."""
    made = SignIn(renderer)
    return [
        Route("/sign-in", made.show, methods=["GET"]),
        Route("/sign-in/to/{next:path}", made.show, methods=["GET"]),
        Route("/sign-in", made.sign_in, methods=["POST"]),
        Route("/sign-in/link", made.show_link, methods=["GET"]),
        Route("/sign-in/link", made.use_link, methods=["POST"]),
        Route("/sign-out", made.sign_out, methods=["POST"]),
    ]
