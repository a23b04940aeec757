"""One's own account: what is kept of it, its sessions, its password, its authenticator."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import aiohttp
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.forms import AWAY, DIFFERENT, Said, failed, filled
from services.portal.identity import Away, Refused
from services.portal.language import locale_of
from services.portal.queries import AccessEnded, Reader
from services.portal.rendering import Renderer
from services.portal.visitors import Visitor

Handler = Callable[[Request], Awaitable[Response]]
Own = Callable[[Request, Visitor], Awaitable[Response]]
TRIES = 3
"""To do it, to do it with new access, and to say why it was not done."""


class Account:
    """The pages of whoever is signed in."""

    def __init__(self, renderer: Renderer) -> None:
        self.renderer = renderer
        self.visitors = renderer.visitors
        self.identity = renderer.visitors.identity

    def own(self, handler: Own) -> Handler:
        """For whoever is signed in, with access that holds; everybody else is sent to sign in."""

        async def handled(request: Request) -> Response:
            visit, wrong = await self.visitors.visit(request), None
            for _ in range(TRIES):
                if visit.visitor is None:
                    break
                try:
                    if wrong is not None:
                        return await self._page(request, visit.visitor, wrong)
                    return await handler(request, visit.visitor)
                except Refused as refusal:
                    if refusal.status == HTTPStatus.UNAUTHORIZED:
                        # What was given may have been withdrawn, and the session not.
                        visit = await self.visitors.again(request)
                    else:
                        wrong = failed(refusal)
                except Away:
                    return await self._unanswered(request)
            if visit.silent:
                return await self._unanswered(request)
            return await self.renderer.go(request, "/sign-in")

        return handled

    async def show(self, request: Request, visitor: Visitor) -> Response:
        """All of it."""
        return await self._page(request, visitor, None)

    async def end_session(self, request: Request, visitor: Visitor) -> Response:
        """End one of one's sessions, such as one on a device that was lost."""
        path = f"me/sessions/{request.path_params['id']}/end"
        await self.identity.ask(request, "POST", path, token=visitor.token)
        return await self.renderer.go(request, "/account", done="session")

    async def end_sessions(self, request: Request, visitor: Visitor) -> Response:
        """End them all, this one too."""
        await self.identity.ask(request, "POST", "me/sessions/end", token=visitor.token)
        self.visitors.forget(visitor.secret)
        return self.visitors.drop(await self.renderer.go(request, "/sign-in", done="sessions"))

    async def change_password(self, request: Request, visitor: Visitor) -> Response:
        """Change it: every session ends, and a new one begins in this browser."""
        given = await filled(request, "password", "new_password", "repeated")
        if given["new_password"] != given["repeated"]:
            return await self._page(request, visitor, DIFFERENT)
        body = {name: given[name] for name in ("password", "new_password")}
        entry = await self.identity.ask(request, "POST", "me/password", body, token=visitor.token)
        self.visitors.forget(visitor.secret)
        answer = await self.renderer.go(request, "/account", done="password")
        return self.visitors.hand(answer, entry["session"])

    async def enrol(self, request: Request, visitor: Visitor) -> Response:
        """Show the secret of an authenticator, this once."""
        body = await filled(request, "password")
        made = await self.identity.ask(request, "POST", "me/totp", body, token=visitor.token)
        return await self._authenticator(request, made, None)

    async def confirm(self, request: Request, visitor: Visitor) -> Response:
        """Have signing in need codes from now on."""
        code = (await filled(request, "code"))["code"].replace(" ", "")
        try:
            await self.identity.ask(request, "POST", "me/totp/confirm", {"code": code}, token=visitor.token)
        except Refused as refusal:
            if refusal.status == HTTPStatus.UNAUTHORIZED:
                raise
            return await self._authenticator(request, None, failed(refusal))
        return await self.renderer.go(request, "/account", done="enrolled")

    async def drop(self, request: Request, visitor: Visitor) -> Response:
        """Sign in without a code from now on."""
        body = await filled(request, "password")
        await self.identity.ask(request, "POST", "me/totp/drop", body, token=visitor.token)
        return await self.renderer.go(request, "/account", done="dropped")

    async def _page(self, request: Request, visitor: Visitor, wrong: Said | None) -> Response:
        me, sessions = await asyncio.gather(
            self.identity.ask(request, "GET", "me", token=visitor.token),
            self.identity.ask(request, "GET", "me/sessions", token=visitor.token),
        )
        organisation, silent = await self._organisation(request, visitor, me["organisation_id"])
        values: dict[str, Any] = {
            "me": me,
            "sessions": list(reversed(sessions)),
            "organisation": organisation,
            "done": request.query_params.get("done", "") if wrong is None else "",
            "here": "/account",
        }
        return await self.renderer.page(request, "account.html", values, silent=silent, wrong=wrong)

    async def _organisation(
        self, request: Request, visitor: Visitor, organisation_id: str | None
    ) -> tuple[Any, set[str]]:
        if organisation_id is None:
            return None, set()
        async with aiohttp.ClientSession() as session:
            reader = Reader(session, self.renderer.settings, locale_of(request), visitor.token)
            try:
                found = await reader.whether("partners", f"organisations/{organisation_id}")
            except AccessEnded:
                return None, {"partners"}
        return found, reader.silent

    async def _unanswered(self, request: Request) -> Response:
        return await self.renderer.page(request, "unanswered.html", {"here": "/account"}, wrong=AWAY)

    async def _authenticator(self, request: Request, made: Any, wrong: Said | None) -> Response:
        values = {"made": made, "here": "/account"}
        return await self.renderer.page(request, "authenticator.html", values, wrong=wrong)


def routes(renderer: Renderer) -> list[Route]:
    """The addresses of one's own account."""
    made = Account(renderer)
    posts = {
        "/account/sessions/end": made.end_sessions,
        "/account/sessions/{id:uuid}/end": made.end_session,
        "/account/password": made.change_password,
        "/account/authenticator": made.enrol,
        "/account/authenticator/confirm": made.confirm,
        "/account/authenticator/drop": made.drop,
    }
    return [
        Route("/account", made.own(made.show), methods=["GET"]),
        *(Route(path, made.own(handler), methods=["POST"]) for path, handler in posts.items()),
    ]
