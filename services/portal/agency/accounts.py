"""Account administration pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.forms import FormError, read_form
from services.portal.queries.accounts import organisations
from services.portal.rendering import Renderer
from services.portal.sessions import Visitor
from services.portal.signed_in import Handler, Own, SignedIn
from shared.identity.permissions import GRANTED, Role

FILTERS = ("q", "state", "role", "cursor")
AT_ONCE = 25
ROLES = tuple(role for role in GRANTED if role is not Role.CUSTODIAN)
"""The roles of accounts; a custodian is minted on the host only."""


@dataclass(frozen=True, slots=True)
class Act:
    """An action on an account: the fields of its form, and the form's place on the page."""

    fields: tuple[str, ...]
    at: str
    done: str


ACTS = {
    "roles": Act(("role",), "roles", "granted"),
    "roles/withdraw": Act(("role",), "roles", "withdrawn"),
    "lock": Act(("reason",), "entrance", "locked"),
    "unlock": Act((), "entrance", "unlocked"),
    "sessions/end": Act((), "entrance", "sessions"),
    "totp/drop": Act((), "entrance", "dropped"),
    "close": Act((), "closing", "closed"),
}
"""By the path of identity's operation, which is also that of the form."""


def grantable(visitor: Visitor) -> list[str]:
    """The roles that the visitor can grant: only operators grant the operator role."""
    return [str(role) for role in ROLES if role is not Role.OPERATOR or role in visitor.roles]


class Accounts(SignedIn):
    """The list of accounts, and a page for each."""

    async def listed(self, request: Request, visitor: Visitor) -> Response:
        """List accounts by name, state and role, a page at a time."""
        wanted = {name: request.query_params.get(name, "")[:100] for name in FILTERS}
        chosen = urlencode({"limit": AT_ONCE} | {name: value for name, value in wanted.items() if value})
        page = await self.identity.ask(request, "GET", f"accounts?{chosen}", token=visitor.token)
        async with self.reading(request, visitor) as reader:
            bodies = await organisations(reader, (item["organisation_id"] for item in page["items"]))
        values = {
            "accounts": page["items"],
            "next": page["next"],
            "organisations": bodies,
            "wanted": wanted,
            "roles": ROLES,
        }
        return await self.renderer.page(request, "accounts.html", values, silent=reader.silent)

    async def show(self, request: Request, visitor: Visitor) -> Response:
        """Show one account."""
        return await self.page(request, visitor, None)

    async def make_link(self, request: Request, visitor: Visitor) -> Response:
        """Show a new one-time link, only this once."""
        path = f"accounts/{request.path_params['id']}/link"
        made = await self.identity.ask(request, "POST", path, token=visitor.token)
        return await link_made(self.renderer, request, made)

    def act(self, path: str) -> Handler:
        """Run the action of a form on an account's page."""
        act = ACTS[path]

        async def done(request: Request, visitor: Visitor) -> Response:
            account = request.path_params["id"]
            given = await read_form(request, *act.fields)
            await self.identity.ask(
                request, "POST", f"accounts/{account}/{path}", given or None, token=visitor.token
            )
            return await self.renderer.go(request, f"/agency/accounts/{account}", done=act.done)

        async def otherwise(request: Request, visitor: Visitor, wrong: FormError) -> Response:
            return await self.page(request, visitor, wrong, act.at)

        return self.own(done, otherwise)

    async def page(
        self, request: Request, visitor: Visitor, wrong: FormError | None, at: str = "entrance"
    ) -> Response:
        """The page of an account; a refusal is shown in the part ``at`` that it belongs to."""
        path = f"accounts/{request.path_params['id']}"
        account: dict[str, Any] = await self.identity.ask(request, "GET", path, token=visitor.token)
        typed = await read_form(request, "reason") if wrong else {}
        async with self.reading(request, visitor) as reader:
            bodies = await organisations(reader, [account["organisation_id"]])
        is_own = account["person_id"] == visitor.person
        is_above = Role.OPERATOR in account["roles"] and Role.OPERATOR not in visitor.roles
        values = {
            "account": account,
            "organisation": bodies.get(account["organisation_id"] or ""),
            "is_own": is_own,
            "is_above": is_above,
            "acts": visitor.administers and account["state"] != "closed" and not is_own and not is_above,
            "others": [role for role in grantable(visitor) if role not in account["roles"]],
            "at": at,
            "typed": typed,
            "done": request.query_params.get("done", "") if wrong is None else "",
            "here": f"/agency/{path}",
        }
        return await self.renderer.page(
            request, "agency_account.html", values, silent=reader.silent, wrong=wrong
        )


async def link_made(renderer: Renderer, request: Request, made: dict[str, Any]) -> Response:
    """A one-time link, shown once: its secret is in the fragment, which is never sent to a server."""
    address = f"{renderer.settings.public_url}/sign-in/link#{made['secret']}"
    values = {"made": made, "account": made["account"], "address": address, "here": "/agency/accounts"}
    return await renderer.page(request, "link_made.html", values, private=True)


def routes(renderer: Renderer) -> list[Route]:
    """The routes of accounts."""
    made = Accounts(renderer)
    address = "/agency/accounts/{id:uuid}"
    shown: dict[str, Own] = {"/agency/accounts": made.listed, address: made.show}
    return [
        *(Route(path, made.own(handler), methods=["GET"]) for path, handler in shown.items()),
        Route(f"{address}/link", made.own(made.make_link, made.page), methods=["POST"]),
        *(Route(f"{address}/{path}", made.act(path), methods=["POST"]) for path in ACTS),
    ]
