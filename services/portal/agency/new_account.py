"""Page to open an account, with its one-time link."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.agency.accounts import grantable, link_made
from services.portal.forms import FormError, chosen_values, forbidden, read_form
from services.portal.queries.accounts import as_id, in_registry
from services.portal.rendering import Renderer
from services.portal.sessions import Visitor
from services.portal.signed_in import SignedIn
from shared.identity.permissions import Role

FIELDS = ("user_name", "display_name", "email", "organisation_id", "person_id")


class NewAccount(SignedIn):
    """The form for a new account."""

    async def show(self, request: Request, visitor: Visitor) -> Response:
        """Show the form to administrators; an organisation and a person of the registry are chosen first."""
        if not visitor.administers:
            return await self.renderer.refused(request, forbidden(request, Role.ADMINISTRATOR))
        return await self.page(request, visitor, None)

    async def open(self, request: Request, visitor: Visitor) -> Response:
        """Open the account, and show its link, only this once."""
        given = await read_form(request, *FIELDS)
        optional = {name: given[name] or None for name in ("email", "organisation_id", "person_id")}
        body = given | optional | {"roles": await chosen_values(request, "roles")}
        made = await self.identity.ask(request, "POST", "accounts", body, token=visitor.token)
        return await link_made(self.renderer, request, made)

    async def page(self, request: Request, visitor: Visitor, wrong: FormError | None) -> Response:
        """The form, with the refusal and the values typed so far."""
        typed = await read_form(request, *FIELDS) if wrong else dict.fromkeys(FIELDS, "")
        asked = request.query_params
        find = asked.get("find", "")[:100]
        body_id = as_id(typed["organisation_id"] or asked.get("organisation", ""))
        person_id = as_id(typed["person_id"] or asked.get("person", ""))
        async with self.reading(request, visitor) as reader:
            organisation = await reader.find("partners", f"organisations/{body_id}") if body_id else None
            person = await reader.find("partners", f"persons/{person_id}") if person_id else None
            candidates = await in_registry(reader, find)
        if person and wrong is None:
            typed |= {"display_name": person["name"], "email": person["email"] or ""}
        values: dict[str, Any] = {
            "typed": typed,
            "organisation": organisation,
            "person": person,
            "roles": grantable(visitor),
            "held": await chosen_values(request, "roles") if wrong else [],
            "find": find,
            "found": candidates,
            "here": "/agency/accounts/new",
        }
        return await self.renderer.page(
            request, "account_new.html", values, silent=reader.silent, wrong=wrong
        )


def routes(renderer: Renderer) -> list[Route]:
    """The route of the form."""
    made = NewAccount(renderer)
    return [
        Route("/agency/accounts/new", made.own(made.show), methods=["GET"]),
        Route("/agency/accounts/new", made.own(made.open, made.page), methods=["POST"]),
    ]
