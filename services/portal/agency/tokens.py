"""API token pages."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.forms import FormError, chosen_values, read_form
from services.portal.queries.accounts import names
from services.portal.rendering import Renderer
from services.portal.sessions import Visitor
from services.portal.signed_in import SignedIn
from shared.i18n import N_

AT_ONCE = 25
USUAL = timedelta(days=90)
LONGEST = timedelta(days=365)
NO_DAY = FormError(
    422,
    N_("This is not a date."),
    N_("Choose the last day on which the token is valid."),
    fields=frozenset({"ends_on"}),
)


class Tokens(SignedIn):
    """The list of tokens, with the form for a new one."""

    async def show(self, request: Request, visitor: Visitor) -> Response:
        """Show the list."""
        return await self.page(request, visitor, None)

    async def make(self, request: Request, visitor: Visitor) -> Response:
        """Create a token, and show its secret, only this once."""
        given = await read_form(request, "name", "reads_only", "ends_on")
        try:
            day = date.fromisoformat(given["ends_on"]) + timedelta(days=1)
        except (ValueError, OverflowError):
            return await self.page(request, visitor, NO_DAY)
        body = {
            "name": given["name"],
            "roles": await chosen_values(request, "roles"),
            "reads_only": bool(given["reads_only"]),
            "ends_at": datetime.combine(day, time(), self.renderer.settings.time_zone).isoformat(),
        }
        made = await self.identity.ask(request, "POST", "api-tokens", body, token=visitor.token)
        values = {"made": made, "here": "/agency/tokens"}
        return await self.renderer.page(request, "token_made.html", values, private=True)

    async def revoke(self, request: Request, visitor: Visitor) -> Response:
        """Revoke a token."""
        path = f"api-tokens/{request.path_params['id']}/revoke"
        await self.identity.ask(request, "POST", path, token=visitor.token)
        return await self.renderer.go(request, "/agency/tokens", done="revoked")

    async def page(self, request: Request, visitor: Visitor, wrong: FormError | None) -> Response:
        """The page, with the refusal and the values typed so far."""
        cursor = request.query_params.get("cursor", "")[:100]
        query = urlencode({"limit": AT_ONCE} | ({"cursor": cursor} if cursor else {}))
        page = await self.identity.ask(request, "GET", f"api-tokens?{query}", token=visitor.token)
        owners: dict[str, str] = {}
        if visitor.oversees:
            ids = (item["account_id"] for item in page["items"])
            owners = await names(self.identity, request, visitor.token, ids)
        now = self.renderer.clock.now()
        today = now.astimezone(self.renderer.settings.time_zone).date()
        typed = {"name": "", "reads_only": "", "ends_on": (today + USUAL).isoformat()}
        if wrong is not None:
            typed = await read_form(request, *typed)
        values: dict[str, Any] = {
            "tokens": [item | {"state": _standing(item, now)} for item in page["items"]],
            "next": page["next"],
            "owners": owners,
            "roles": sorted(visitor.roles),
            "held": await chosen_values(request, "roles") if wrong else [],
            "typed": typed,
            "last": (today + LONGEST).isoformat(),
            "done": request.query_params.get("done", "") if wrong is None else "",
            "here": "/agency/tokens",
        }
        return await self.renderer.page(request, "tokens.html", values, wrong=wrong)


def _standing(token: dict[str, Any], now: datetime) -> str:
    if token["state"] == "valid" and datetime.fromisoformat(token["ends_at"]) <= now:
        return "expired"
    return str(token["state"])


def routes(renderer: Renderer) -> list[Route]:
    """The routes of API tokens."""
    made = Tokens(renderer)
    return [
        Route("/agency/tokens", made.own(made.show), methods=["GET"]),
        Route("/agency/tokens", made.own(made.make, made.page), methods=["POST"]),
        Route("/agency/tokens/{id:uuid}/revoke", made.own(made.revoke, made.page), methods=["POST"]),
    ]
