"""Personal data download: everything held about the signed-in user, from every service."""

from __future__ import annotations

import asyncio
from datetime import datetime
from http import HTTPStatus
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.forms import FormError
from services.portal.queries.reader import AccessEnded
from services.portal.rendering import PRIVATE, SECURE, Renderer
from services.portal.sessions import Visitor
from services.portal.signed_in import SignedIn
from shared.api_client import ApiClient, NotAnswered, Problem
from shared.http.language import locale_of
from shared.i18n import N_
from shared.service_names import WITH_DATA

PERSONAL_DATA = "/v1/personal-data/{person_id}"
"""The path of the operation in each service, as in its OpenAPI."""
SECONDS = 20.0
NO_DOOR = "/problems/not-found"
"""How to tell that the operation does not exist from a person without data."""
PARTIAL = FormError(
    HTTPStatus.SERVICE_UNAVAILABLE,
    N_(
        "Your data could not be collected, because not every service responds. An incomplete file is "
        "never produced."
    ),
    N_("Try again in a few minutes."),
)


class DataUnavailable(Exception):
    """A service does not answer."""


class PersonalData(SignedIn):
    """The download of all data held about the reader."""

    async def take_along(self, request: Request, visitor: Visitor) -> Response:
        """Send all of it or nothing: without one service's data the file would be wrong."""
        urls = self.renderer.settings.service_url
        async with ApiClient.connected(urls, locale_of(request)) as client:
            asked = (self._held(client, visitor, name) for name in WITH_DATA)
            try:
                parts = await asyncio.gather(*asked)
            except DataUnavailable:
                return await self.renderer.refused(request, PARTIAL)
        file = {
            "person_id": visitor.person,
            "collected_at": self._now().isoformat(),
            **dict(zip(WITH_DATA, parts, strict=True)),
        }
        headers = SECURE | {
            "Content-Disposition": f'attachment; filename="kemitraan-{visitor.person}.json"',
            "Cache-Control": PRIVATE,
        }
        body = orjson.dumps(file, option=orjson.OPT_INDENT_2)
        return Response(body, headers=headers, media_type="application/json")

    def _now(self) -> datetime:
        return self.renderer.clock.now()

    async def _held(self, client: ApiClient, visitor: Visitor, service: str) -> Any:
        """The data that one service holds, None if it has none; raises :class:`DataUnavailable`."""
        path = PERSONAL_DATA.format(person_id=visitor.person).removeprefix("/v1/")
        try:
            held = await client.ask(service, path, token=visitor.token, seconds=SECONDS)
        except Problem as problem:
            if problem.status == HTTPStatus.UNAUTHORIZED:
                raise AccessEnded from problem
            if problem.status == HTTPStatus.NOT_FOUND and problem.type != NO_DOOR:
                return None
            raise DataUnavailable(service) from problem
        except NotAnswered as error:
            raise DataUnavailable(service) from error
        if held is None:
            raise DataUnavailable(service)
        return held


def routes(renderer: Renderer) -> list[Route]:
    """The route of the file; downloads are recorded, so no other site may cause one."""
    made = PersonalData(renderer)
    return [Route("/account/data", made.own(made.take_along), methods=["POST"])]
