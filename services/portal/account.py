"""Pages of the visitor's own account: profile, sessions, password, authenticator."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.forms import DIFFERENT, FormError, identity_error, read_form
from services.portal.identity import IdentityRefused
from services.portal.personal_data import PERSONAL_DATA
from services.portal.rendering import Renderer
from services.portal.sessions import Visitor
from services.portal.signed_in import SignedIn


class Account(SignedIn):
    """The account pages of a signed-in visitor."""

    async def show(self, request: Request, visitor: Visitor) -> Response:
        """Show the page."""
        return await self.page(request, visitor, None)

    async def end_session(self, request: Request, visitor: Visitor) -> Response:
        """End one of the visitor's sessions, for example on a lost device."""
        path = f"me/sessions/{request.path_params['id']}/end"
        await self.identity.ask(request, "POST", path, token=visitor.token)
        return await self.renderer.go(request, "/account", done="session")

    async def end_sessions(self, request: Request, visitor: Visitor) -> Response:
        """End all sessions, including this one."""
        await self.identity.ask(request, "POST", "me/sessions/end", token=visitor.token)
        self.visitors.forget(visitor.secret)
        return self.visitors.drop_session_cookie(await self.renderer.go(request, "/sign-in", done="sessions"))

    async def change_password(self, request: Request, visitor: Visitor) -> Response:
        """Change the password: every session ends, and a new one begins in this browser."""
        given = await read_form(request, "password", "new_password", "repeated")
        if given["new_password"] != given["repeated"]:
            return await self.page(request, visitor, DIFFERENT)
        body = {name: given[name] for name in ("password", "new_password")}
        entry = await self.identity.ask(request, "POST", "me/password", body, token=visitor.token)
        self.visitors.forget(visitor.secret)
        answer = await self.renderer.go(request, "/account", done="password")
        return self.visitors.set_session_cookie(answer, entry["session"])

    async def enrol(self, request: Request, visitor: Visitor) -> Response:
        """Show the secret of a new authenticator, only this once."""
        body = await read_form(request, "password")
        made = await self.identity.ask(request, "POST", "me/totp", body, token=visitor.token)
        return await self._authenticator(request, made, None)

    async def confirm(self, request: Request, visitor: Visitor) -> Response:
        """Confirm the authenticator: signing in needs codes from now on."""
        code = (await read_form(request, "code"))["code"].replace(" ", "")
        try:
            await self.identity.ask(request, "POST", "me/totp/confirm", {"code": code}, token=visitor.token)
        except IdentityRefused as refusal:
            if refusal.status == HTTPStatus.UNAUTHORIZED:
                raise
            return await self._authenticator(request, None, identity_error(refusal))
        return await self.renderer.go(request, "/account", done="enrolled")

    async def drop(self, request: Request, visitor: Visitor) -> Response:
        """Remove the authenticator: signing in needs no code from now on."""
        body = await read_form(request, "password")
        await self.identity.ask(request, "POST", "me/totp/drop", body, token=visitor.token)
        return await self.renderer.go(request, "/account", done="dropped")

    async def erase(self, request: Request, visitor: Visitor) -> Response:
        """Erase the visitor: personal data is deleted, and this browser is signed out."""
        body = await read_form(request, "password")
        await self.identity.ask(request, "POST", "me/erase", body, token=visitor.token)
        self.visitors.forget(visitor.secret)
        return self.visitors.drop_session_cookie(await self.renderer.go(request, "/sign-in", done="erased"))

    async def page(self, request: Request, visitor: Visitor, wrong: FormError | None) -> Response:
        """The page, with the refusal if there is one."""
        me, sessions = await asyncio.gather(
            self.identity.ask(request, "GET", "me", token=visitor.token),
            self.identity.ask(request, "GET", "me/sessions?limit=100", token=visitor.token),
        )
        async with self.reading(request, visitor) as reader:
            organisation = (
                await reader.find("partners", f"organisations/{me['organisation_id']}")
                if me["organisation_id"]
                else None
            )
        values: dict[str, Any] = {
            "me": me,
            "sessions": list(reversed(sessions["items"])),
            "organisation": organisation,
            "takes_along": await self.identity.offers(PERSONAL_DATA),
            "done": request.query_params.get("done", "") if wrong is None else "",
            "here": "/account",
        }
        return await self.renderer.page(request, "account.html", values, silent=reader.silent, wrong=wrong)

    async def _authenticator(self, request: Request, made: Any, wrong: FormError | None) -> Response:
        values = {"made": made, "here": "/account"}
        return await self.renderer.page(request, "authenticator.html", values, wrong=wrong)


def routes(renderer: Renderer) -> list[Route]:
    """The routes of the visitor's own account."""
    made = Account(renderer)
    posts = {
        "/account/sessions/end": made.end_sessions,
        "/account/sessions/{id:uuid}/end": made.end_session,
        "/account/password": made.change_password,
        "/account/authenticator": made.enrol,
        "/account/authenticator/confirm": made.confirm,
        "/account/authenticator/drop": made.drop,
        "/account/erase": made.erase,
    }
    return [
        Route("/account", made.own(made.show), methods=["GET"]),
        *(Route(path, made.own(handler, made.page), methods=["POST"]) for path, handler in posts.items()),
    ]
