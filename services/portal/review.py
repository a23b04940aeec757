"""Page of what waits for the parties of a programme: judging what others did, following recommendations."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.forms import FormError, read_form
from services.portal.identity import Identity
from services.portal.queries.partnerships import party_names
from services.portal.queries.programs import evidence_by_stage
from services.portal.queries.reader import NotThere
from services.portal.rendering import Renderer
from services.portal.sessions import Visitor
from services.portal.signed_in import SignedIn
from shared.contracts.vocabulary import OutcomeKind

HERE = "/programs/{id:uuid}/review"
ACTS: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "/stages/{stage:uuid}": ("programs/{id}/stages/{stage}", {"accept": (), "return": ("reason",)}),
    "/indicators/{indicator:uuid}/measurements/{measurement:uuid}": (
        "indicators/{indicator}/measurements/{measurement}",
        {"verify": (), "dispute": ("reason",)},
    ),
    "/contributions/{contribution:uuid}": (
        "contributions/{contribution}",
        {"verify": (), "dispute": ("reason",)},
    ),
    "/activities/{activity:uuid}": (
        "activities/{activity}",
        {"confirm": (), "dispute": ("reason",)},
    ),
    "/recommendations/{recommendation:uuid}": (
        "programs/{id}/recommendations/{recommendation}",
        {"follow": ("stage_id", "decision_id")},
    ),
}
"""By address below the page: the path of the operations, and the fields of the form for each act."""


class Review(SignedIn):
    """Waiting for the parties, with its forms."""

    def __init__(self, renderer: Renderer) -> None:
        super().__init__(renderer)
        self.programs = Identity(renderer.settings, renderer.visitors.identity.limits, "programs")

    async def show(self, request: Request, visitor: Visitor) -> Response:
        """What waits."""
        return await self.page(request, visitor, None)

    async def judge(self, request: Request, visitor: Visitor) -> Response:
        """Do what a form says."""
        path, act, fields = _act(request)
        typed = await read_form(request, *fields)
        body = {name: value.strip() or None for name, value in typed.items()} or None
        await self.programs.ask(request, "POST", f"{path}/{act}", body, token=visitor.token)
        return await self.renderer.go(request, f"/programs/{request.path_params['id']}/review", done=act)

    async def page(self, request: Request, visitor: Visitor, wrong: FormError | None) -> Response:
        """What waits, with the refusal in the form that was sent."""
        sent, typed = "", {}
        if wrong is not None:
            path, act, fields = _act(request)
            sent, typed = f"{path}/{act}", await read_form(request, *fields)
        program_id = str(request.path_params["id"])
        async with self.reading(request, visitor) as reader:
            try:
                program = await reader.get("programs", f"programs/{program_id}")
            except NotThere:
                raise HTTPException(HTTPStatus.NOT_FOUND) from None
            its = program["partnership_id"] if program else ""
            previous_id = program["previous_id"] if program else None
            (
                partnership,
                indicators,
                contributions,
                activities,
                evidence,
                previous,
                meetings,
            ) = await asyncio.gather(
                reader.find("partners", f"partnerships/{its}" if its else None),
                reader.items("programs", "indicators", program_id=program_id),
                reader.items("programs", "contributions", program_id=program_id, state="recorded"),
                reader.items("programs", "activities", program_id=program_id, state="recorded"),
                evidence_by_stage(reader, its),
                reader.find("programs", f"programs/{previous_id}" if previous_id else None),
                reader.items("partners", "meetings", partnership_id=its),
            )
        values: dict[str, Any] = {
            "program": program,
            "partnership": partnership,
            "names": party_names(partnership),
            "stages": [stage for stage in (program or {}).get("stages", ()) if stage["state"] == "submitted"],
            "measured": [
                (indicator, period)
                for indicator in indicators
                for period in indicator["periods"]
                if period["actual"] and period["actual"]["state"] == "recorded"
            ],
            "contributions": contributions,
            "activities": [
                activity
                for activity in activities
                if not activity["confirmed_by"] and not activity["disputes"]
            ],
            "adopted": _adopted(program, previous),
            "completed": [stage for stage in (program or {}).get("stages", ()) if stage["completed_at"]],
            "decisions": [
                (meeting, outcome)
                for meeting in meetings
                if meeting["approved_at"]  # before that they bind nobody
                for outcome in meeting["outcomes"]
                if outcome["kind"] == OutcomeKind.DECISION
            ],
            "now": self.renderer.clock.now().isoformat(),
            "evidence": evidence,
            "sent": sent,
            "typed": typed,
            "done": request.query_params.get("done", "") if wrong is None else "",
            "here": f"/programs/{program_id}/review",
        }
        return await self.renderer.page(
            request, "review.html", values, silent=reader.silent, private=True, wrong=wrong
        )


def _adopted(program: Mapping[str, Any] | None, previous: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """The adopted recommendations of the previous programme that nothing has followed yet."""
    waiting = {
        answer["recommendation_id"]
        for answer in (program or {}).get("answers", ())
        if answer["adopted"] and answer["followed_by"] is None
    }
    return [advice for advice in (previous or {}).get("recommendations", ()) if advice["id"] in waiting]


def _act(request: Request) -> tuple[str, str, tuple[str, ...]]:
    """The path of the thing in the API, the act, and the fields of its form; a 404 for another act."""
    ids = {name: str(value) for name, value in request.path_params.items()}
    act = ids.pop("act")
    for address, (path, acts) in ACTS.items():
        asked = {part.partition(":")[0] for part in address.split("{")[1:]}
        if asked == ids.keys() - {"id"} and act in acts:
            return path.format(**ids), act, acts[act]
    raise HTTPException(HTTPStatus.NOT_FOUND)


def routes(renderer: Renderer) -> list[Route]:
    """The routes of the page and its forms."""
    made = Review(renderer)
    judging = made.own(made.judge, made.page)
    return [
        Route(HERE, made.own(made.show), methods=["GET"]),
        *(Route(f"{HERE}{address}/{{act}}", judging, methods=["POST"]) for address in ACTS),
    ]
