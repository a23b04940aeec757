"""Pages on which a partnership deals with the reports of residents."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.forms import FormError, read_form
from services.portal.identity import Identity
from services.portal.queries.reader import NotThere, Reader
from services.portal.rendering import Renderer
from services.portal.sessions import Visitor
from services.portal.signed_in import SignedIn

AT_ONCE = 50
ACTS = {
    "answer": ("answer",),
    "incident": ("problem_id", "reference", "on", "area", "severity", "note", "answer"),
    "signal": ("problem_id", "on", "area", "severity", "note", "answer"),
    "refer": ("partnership_id", "reason"),
    "dismiss": ("reason",),
}
"""What can become of a report, and the fields of each form."""


class Triage(SignedIn):
    """The list of reports, and the page of each with its forms."""

    def __init__(self, renderer: Renderer) -> None:
        super().__init__(renderer)
        self.programs = Identity(renderer.settings, renderer.visitors.identity.limits, "programs")

    async def show_list(self, request: Request, visitor: Visitor) -> Response:
        """The reports that wait, those in danger and the latest due first; or those that were dealt with."""
        is_open = request.query_params.get("state") != "all"
        asked = {"limit": AT_ONCE} | ({"state": "received"} if is_open else {})
        if cursor := request.query_params.get("cursor", "")[:200]:
            asked["cursor"] = cursor
        path = f"reports?{urlencode(asked)}"
        listed = await self.programs.ask(request, "GET", path, token=visitor.token)
        reports = listed["items"]
        if is_open:
            reports.sort(key=lambda report: (not report["danger"], report["due_at"]))
        async with self.reading(request, visitor) as reader:
            titles = await _titles(reader, {report["partnership_id"] for report in reports})
        values = {
            "reports": reports,
            "titles": titles,
            "next": listed["next"],
            "is_open": is_open,
            "now": self.renderer.clock.now().isoformat(),
            "here": "/reports",
        }
        return await self.renderer.page(request, "reports.html", values, silent=reader.silent, private=True)

    async def show(self, request: Request, visitor: Visitor) -> Response:
        """One report."""
        return await self.page(request, visitor, None)

    async def decide(self, request: Request, visitor: Visitor) -> Response:
        """Decide what becomes of it."""
        act = request.path_params["act"]
        if act not in ACTS:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        given = await read_form(request, *ACTS[act])
        body = {name: value.strip() or None for name, value in given.items()}
        report = str(request.path_params["id"])
        await self.programs.ask(request, "POST", f"reports/{report}/{act}", body, token=visitor.token)
        return await self.renderer.go(request, f"/reports/{report}", done=act)

    async def page(self, request: Request, visitor: Visitor, wrong: FormError | None) -> Response:
        """The report with its forms, the refusal in the one that was sent."""
        act = request.path_params.get("act", "")
        typed = await read_form(request, *ACTS[act]) if wrong else {}
        report = str(request.path_params["id"])
        shown = await self.programs.ask(request, "GET", f"reports/{report}", token=visitor.token)
        its = shown["partnership_id"]
        async with self.reading(request, visitor) as reader:
            partnership, problems, signed, titles = await asyncio.gather(
                reader.find("partners", f"partnerships/{its}"),
                reader.items("programs", "problems", partnership_id=its),
                reader.items("partners", "partnerships", state="signed"),
                _titles(reader, {shown["referred_from"]} - {None}),
            )
        values: dict[str, Any] = {
            "report": shown,
            "partnership": partnership,
            "problems": problems,
            "others": [item for item in signed if item["id"] != its],
            "titles": titles,
            "typed": typed,
            "act": act,
            "late": shown["due_at"] <= self.renderer.clock.now().isoformat(),
            "done": request.query_params.get("done", "") if wrong is None else "",
            "here": f"/reports/{report}",
        }
        return await self.renderer.page(
            request, "report_triage.html", values, silent=reader.silent, private=True, wrong=wrong
        )


async def _titles(reader: Reader, partnerships: set[str]) -> dict[str, str]:
    """The titles of partnerships by their ids."""
    titles = {}
    for partnership_id in sorted(partnerships):
        with suppress(NotThere):
            known = await reader.get("partners", f"partnerships/{partnership_id}")
            titles[partnership_id] = known["title"] if known else ""
    return titles


def routes(renderer: Renderer) -> list[Route]:
    """The routes of these pages."""
    made = Triage(renderer)
    return [
        Route("/reports", made.own(made.show_list), methods=["GET"]),
        Route("/reports/{id:uuid}", made.own(made.show), methods=["GET"]),
        Route("/reports/{id:uuid}/{act}", made.own(made.decide, made.page), methods=["POST"]),
    ]
