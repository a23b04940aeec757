"""Problem details (RFC 9457) of refusals and errors, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match, Route

from shared.database.database import DatabaseAway
from shared.http import validation as invalid_values
from shared.i18n import N_, negotiate, translator
from shared.i18n.formats import show_time
from shared.refusal import Refusal

log = structlog.get_logger(__name__)
_UTC = ZoneInfo("UTC")
STATUS = {
    "unauthenticated": 401,
    "forbidden": 403,
    "unknown": 404,
    "conflict": 409,
    "stale": 412,
    "range": 416,
    "invalid": 422,
    "limited": 429,
    "busy": 503,
}
TITLES = {
    400: N_("The request cannot be read"),
    401: N_("Sign in first"),
    403: N_("Not allowed"),
    404: N_("Not found"),
    405: N_("Method not allowed"),
    408: N_("Timed out"),
    409: N_("Not possible in this state"),
    412: N_("Changed in the meantime"),
    413: N_("Too large"),
    414: N_("Address too long"),
    415: N_("Media type not supported"),
    416: N_("Outside of the file"),
    422: N_("Request not accepted"),
    429: N_("Too many requests"),
    431: N_("Headers too long"),
    500: N_("Internal error"),
    503: N_("Not available at the moment"),
}
_UNREAD = ("model_attributes_type", "dict_type", "missing")
MEDIA_TYPE = "application/problem+json"
AWAY_SECONDS = 5
SHAPE: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "Why a request failed (RFC 9457), in the language of Accept-Language.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri-reference",
            "description": "The kind of problem; explained on the page /problems/<code>",
        },
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "remedy": {"type": "string", "description": "How to solve it"},
        "instance": {"type": "string"},
        "correlationId": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "Validation errors: each place, as a JSON pointer into a part of the request",
            "items": {
                "type": "object",
                "required": ["in", "pointer", "detail", "code"],
                "properties": {name: {"type": "string"} for name in ("in", "pointer", "detail", "code")},
            },
        },
    },
}


class FrameworkProblem:
    """A problem of the framework itself, where a :class:`Refusal` is one of the rules."""

    declared: ClassVar[dict[str, FrameworkProblem]] = {}
    """The refusals of this process, by code."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        remedy: str = "",
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status, self.code, self.detail, self.remedy = status, code, detail, remedy
        self.headers = headers or {}
        self.declared[code] = self

    def to(self, language: str | None, instance: str, **more: Any) -> Response:
        """The response, for a reader of these languages (Accept-Language)."""
        say = translator(negotiate(language))
        remedy = say(self.remedy) if self.remedy else ""
        answer = problem(
            language,
            self.status,
            self.code,
            detail=say(self.detail),
            remedy=remedy,
            instance=instance,
            **more,
        )
        answer.headers.update(self.headers)
        return answer


NOT_JSON = FrameworkProblem(
    415,
    "unsupported-media-type",
    N_("The body is not declared as JSON, so it was not read; nothing was changed."),
    N_("Send it with the header “Content-Type: application/json”."),
)
INVALID = FrameworkProblem(
    422,
    "invalid-request",
    N_("Some values are missing or not valid; nothing was changed."),
    N_("Correct every field listed under errors and send the request again."),
)
AWAY = FrameworkProblem(
    503,
    "database-away",
    N_("A service that this needs does not respond; it is unknown whether the change was stored."),
    N_("Try again in a few seconds, with the same Idempotency-Key if you sent one."),
    headers={"Retry-After": str(AWAY_SECONDS)},
)
FAULT = FrameworkProblem(
    500,
    "fault",
    N_("The request could not be completed; nothing was stored."),
    N_("Try again; if it happens again, tell the operator the correlation id."),
)
UNREADABLE = FrameworkProblem(400, "bad-request", TITLES[400], N_("Check the syntax of the request."))
NOT_FOUND = FrameworkProblem(
    404, "not-found", TITLES[404], N_("See the list of addresses in the OpenAPI document.")
)
NOT_OFFERED = FrameworkProblem(
    405, "method-not-allowed", TITLES[405], N_("The header Allow lists the allowed methods.")
)
TOO_LARGE = FrameworkProblem(413, "request-too-large", TITLES[413], N_("Send at most 11 MiB."))
FRAMEWORKS = {answer.status: answer for answer in (UNREADABLE, NOT_FOUND, NOT_OFFERED, TOO_LARGE)}
"""The errors of the framework itself, by status."""


def problem(
    accept_language: str | None,
    status: int,
    code: str,
    *,
    detail: str,
    remedy: str = "",
    instance: str = "",
    **more: Any,
) -> Response:
    """A problem response; ``detail`` and ``remedy`` are in the reader's language already."""
    locale = negotiate(accept_language)
    translate = translator(locale)
    title = translate(TITLES[status]) if status in TITLES else HTTPStatus(status).phrase
    body = {"type": f"/problems/{code}", "title": title, "status": status, "detail": detail}
    if remedy:
        body["remedy"] = remedy
    if instance:
        body["instance"] = instance
    correlation_id = structlog.contextvars.get_contextvars().get("correlation_id")
    if correlation_id:
        body["correlationId"] = correlation_id
    headers = {"Content-Language": locale, "Vary": "Accept-Language"}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="kemitraan"'
    return Response(orjson.dumps(body | more), status, headers, media_type=MEDIA_TYPE)


async def refusal_problem(request: Request, refusal: Exception) -> Response:
    """The response to a refusal."""
    if not isinstance(refusal, Refusal):
        raise TypeError(type(refusal)) from refusal
    language = request.headers.get("accept-language")
    locale, runtime = negotiate(language), getattr(request.app.state, "runtime", None)
    zone = runtime.settings.time_zone if runtime else _UTC  # what names a service that is not here has none
    detail, remedy = refusal.localised(translator(locale), lambda time: show_time(time, locale, zone))
    answer = problem(
        language,
        STATUS[refusal.kind],
        refusal.code,
        detail=detail,
        remedy=remedy,
        instance=request.url.path,
    )
    if refusal.wait:
        answer.headers["Retry-After"] = str(refusal.wait)
    if refusal.kind == "range":
        answer.headers["Content-Range"] = f"bytes */{refusal.params['size']}"
    return answer


async def validation_problem(request: Request, error: Exception) -> Response:
    """The response to invalid input: each field is named with what was expected."""
    if not isinstance(error, RequestValidationError):
        raise TypeError(type(error)) from error
    language, place = request.headers.get("accept-language"), request.url.path
    errors = error.errors()
    if _not_json(request, errors):
        return NOT_JSON.to(language, place)
    translate = translator(negotiate(language))
    return INVALID.to(
        language, place, errors=[invalid_values.field_error(error, translate) for error in errors]
    )


def _not_json(request: Request, errors: Sequence[Any]) -> bool:
    """Whether a JSON body was sent with another content type, and was therefore not parsed."""
    if request.headers.get("content-length") == "0":
        return False  # empty, with any content type
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    unread = any(error["type"] in _UNREAD and tuple(error["loc"]) == ("body",) for error in errors)
    return unread and bool(media_type) and not media_type.endswith(("/json", "+json"))


async def http_error(request: Request, error: Exception) -> Response:
    """The response to a missing route or method, and to errors of the framework."""
    if not isinstance(error, HTTPException):
        raise TypeError(type(error)) from error
    language, place = request.headers.get("accept-language"), request.url.path
    known = FRAMEWORKS.get(error.status_code)
    if known is None:
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
        response = problem(language, error.status_code, code, detail=error.detail, instance=place)
    else:
        response = known.to(language, place)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = ", ".join(offered(request))
    return response


def offered(request: Request) -> list[str]:
    """Every method of a path; the framework returns those of one route only."""
    methods = {
        method
        for route in request.app.routes
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods or ()
    }
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()) | ({"OPTIONS"} if methods else set()))


async def unavailable_problem(request: Request, error: Exception) -> Response:
    """The response while the database is unavailable: one line, and Retry-After."""
    log.warning("the database is away", path=request.url.path, reason=str(error))
    return AWAY.to(request.headers.get("accept-language"), request.url.path)


async def internal_problem(request: Request, error: Exception) -> Response:
    """The response to an unexpected error: it is logged completely, and returned without internals."""
    log.error("unexpected fault", path=request.url.path, exc_info=error)
    return FAULT.to(request.headers.get("accept-language"), request.url.path)


def install(app: FastAPI) -> None:
    """Respond to every error of ``app`` with a problem."""
    app.add_exception_handler(Refusal, refusal_problem)
    app.add_exception_handler(RequestValidationError, validation_problem)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(DatabaseAway, unavailable_problem)
    app.add_exception_handler(Exception, internal_problem)
