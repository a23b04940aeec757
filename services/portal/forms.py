"""What a form sends, and what is said where it cannot be done."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.requests import Request

from services.portal.identity import Away, Refused
from shared.http.language import locale_of
from shared.http.limits import TooManyRequests
from shared.i18n import N_, translator
from shared.identity.actor import RoleMissing
from shared.identity.permissions import Role
from shared.refusal import Term

MANY = 30
"""No form has more fields."""


@dataclass(frozen=True, slots=True)
class Said:
    """Why something was not done: message ids, or texts that are in the reader's language already."""

    status: int
    detail: str
    remedy: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()
    """The fields of the form that it is about."""


ABOUT = {
    "user-name-taken": frozenset({"user_name"}),
    "role-not-given": frozenset({"roles", "role"}),
    "role-not-yours": frozenset({"roles"}),
    "represents-nobody": frozenset({"roles", "role"}),
    "life-too-long": frozenset({"ends_on"}),
}
"""Where in a form a refusal of identity belongs."""
DIFFERENT = Said(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    N_("The two new passwords are not the same."),
    N_("Type the new password twice."),
)
AWAY = Said(
    HTTPStatus.SERVICE_UNAVAILABLE,
    N_("This cannot be done now, because the service for accounts does not answer."),
    N_("Try again in some minutes."),
)


async def filled(request: Request, *names: str) -> dict[str, str]:
    """The fields of a form by name, "" for one that is missing; raises a 400 for what is no form."""
    form = await request.form(max_files=0, max_fields=MANY)
    given = {name: form.get(name, "") for name in names}
    return {name: value if isinstance(value, str) else "" for name, value in given.items()}


async def chosen(request: Request, name: str) -> list[str]:
    """All values of a field that may be filled several times."""
    form = await request.form(max_files=0, max_fields=MANY)
    return [value for value in form.getlist(name) if isinstance(value, str)]


def failed(error: Refused | Away) -> Said:
    """What identity said, or that it said nothing."""
    if isinstance(error, Away):
        return AWAY
    headers = {"Retry-After": error.wait} if error.wait else {}
    fields = error.fields or ABOUT.get(error.code, frozenset())
    return Said(error.status, error.detail, error.remedy, headers, fields)


def said(error: Refused | Away, wrong: Said) -> Said:
    """The same; whatever is wrong with what was given is ``wrong``, apart from coming too often."""
    if isinstance(error, Refused) and error.status != HTTPStatus.TOO_MANY_REQUESTS:
        return wrong
    return failed(error)


def forbidden(request: Request, role: Role) -> Said:
    """That a page is for those who hold a role, in the words in which identity refuses what it sends."""
    detail, remedy = RoleMissing(role=Term(role)).localised(translator(locale_of(request)))
    return Said(HTTPStatus.FORBIDDEN, detail, remedy)


def too_often(refusal: TooManyRequests, request: Request) -> Said:
    """That this address has to wait, and how long."""
    detail, remedy = refusal.localised(translator(locale_of(request)))
    return Said(HTTPStatus.TOO_MANY_REQUESTS, detail, remedy, dict(refusal.headers))
