"""Agency settings page."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.forms import FormError, read_form
from services.portal.queries.accounts import as_id, in_registry
from services.portal.rendering import Renderer
from services.portal.sessions import Visitor
from services.portal.signed_in import SignedIn


class AgencyPage(SignedIn):
    """The agency's main page."""

    async def show(self, request: Request, visitor: Visitor) -> Response:
        """Show the agency, and links to its other pages; operators without an agency role get the log."""
        if not visitor.oversees and visitor.office:
            return await self.renderer.go(request, visitor.office)
        return await self.page(request, visitor, None)

    async def amend(self, request: Request, visitor: Visitor) -> Response:
        """Change the agency's name or organisation."""
        given = await read_form(request, "name", "organisation_id")
        body = {"name": given["name"], "organisation_id": given["organisation_id"] or None}
        await self.identity.ask(request, "POST", "agency/amend", body, token=visitor.token)
        return await self.renderer.go(request, "/agency", done="amended")

    async def page(self, request: Request, visitor: Visitor, wrong: FormError | None) -> Response:
        """The page, with the refusal and the values typed so far."""
        agency: dict[str, Any] = await self.identity.ask(request, "GET", "agency", token=visitor.token)
        typed = await read_form(request, "name", "organisation_id") if wrong else {}
        asked = request.query_params
        chosen = as_id(typed.get("organisation_id", "") or asked.get("organisation", ""))
        find = asked.get("find", "")[:100]
        async with self.reading(request, visitor) as reader:
            wanted = chosen or agency["organisation_id"]
            organisation = await reader.find("partners", f"organisations/{wanted}") if wanted else None
            candidates = await in_registry(reader, find) if visitor.administers else {}
        values = {
            "agency": agency,
            "name": typed.get("name", agency["name"]),
            "organisation": organisation,
            "is_chosen": bool(chosen) and chosen != agency["organisation_id"],
            "find": find,
            "found": candidates,
            "done": asked.get("done", "") if wrong is None else "",
            "here": "/agency",
        }
        return await self.renderer.page(request, "agency.html", values, silent=reader.silent, wrong=wrong)


def routes(renderer: Renderer) -> list[Route]:
    """The route of the agency."""
    made = AgencyPage(renderer)
    return [
        Route("/agency", made.own(made.show), methods=["GET"]),
        Route("/agency", made.own(made.amend, made.page), methods=["POST"]),
    ]
