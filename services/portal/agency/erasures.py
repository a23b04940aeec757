"""Erasure pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.forms import FormError, read_form
from services.portal.queries.accounts import as_id, in_registry, names
from services.portal.queries.reader import Reader
from services.portal.rendering import Renderer
from services.portal.sessions import Visitor
from services.portal.signed_in import SignedIn

AT_ONCE = 25


class Erasures(SignedIn):
    """The list of erasures, with the form that orders one."""

    async def show(self, request: Request, visitor: Visitor) -> Response:
        """Show the list; a chosen person is confirmed before anything is ordered."""
        return await self.page(request, visitor, None)

    async def order(self, request: Request, visitor: Visitor) -> Response:
        """Order the erasure of a person in every service."""
        given = await read_form(request, "person", "why")
        path = f"persons/{as_id(given['person'])}/erase"
        await self.identity.ask(request, "POST", path, {"why": given["why"]}, token=visitor.token)
        return await self.renderer.go(request, "/agency/erasures", done="ordered")

    async def page(self, request: Request, visitor: Visitor, wrong: FormError | None) -> Response:
        """The page, with the refusal and the choice so far."""
        typed = await read_form(request, "person", "why") if wrong else {"person": "", "why": ""}
        asked = request.query_params
        find, person = asked.get("find", "")[:100].strip(), as_id(typed["person"] or asked.get("person", ""))
        cursor = {"cursor": asked["cursor"]} if asked.get("cursor") else {}
        listed = await self.identity.ask(
            request, "GET", f"erasures?{urlencode({'limit': AT_ONCE} | cursor)}", token=visitor.token
        )
        async with self.reading(request, visitor) as reader:
            candidates = await self._found(request, reader, find)
            name = await self._called(request, reader, person) if person else ""
        values = {
            "erasures": listed["items"],
            "next": listed["next"],
            "why": typed["why"],
            "find": find,
            "found": candidates,
            "person": person,
            "name": name,
            "done": asked.get("done", "") if wrong is None else "",
            "here": "/agency/erasures",
        }
        return await self.renderer.page(request, "erasures.html", values, silent=reader.silent, wrong=wrong)

    async def _found(self, request: Request, reader: Reader, words: str) -> dict[str, str]:
        """The persons whose names contain the words, from accounts and from the registry."""
        if not words:
            return {}
        query = urlencode({"q": words, "limit": AT_ONCE})
        accounts = await self.identity.ask(request, "GET", f"accounts?{query}", token=reader.token)
        people = (await in_registry(reader, words))["persons"]
        known = {person["id"]: person["name"] for person in people if person["name"]}
        return {item["person_id"]: item["display_name"] for item in accounts["items"]} | known

    async def _called(self, request: Request, reader: Reader, person: str) -> str:
        known: dict[str, Any] | None = await reader.find("partners", f"persons/{person}")
        if known and known["name"]:
            return str(known["name"])
        return (await names(self.identity, request, reader.token, [person])).get(person, "")


def routes(renderer: Renderer) -> list[Route]:
    """The route of erasures."""
    made = Erasures(renderer)
    return [
        Route("/agency/erasures", made.own(made.show), methods=["GET"]),
        Route("/agency/erasures", made.own(made.order, made.page), methods=["POST"]),
    ]
