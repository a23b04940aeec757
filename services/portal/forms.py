"""Form handling: submitted values and error messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.requests import Request

from services.portal.identity import IdentityRefused, IdentityUnavailable
from shared.http.language import locale_of
from shared.http.problems import STATUS
from shared.http.rate_limits import TooManyRequests
from shared.i18n import N_, translator
from shared.identity.actor import RoleMissing
from shared.identity.permissions import Role
from shared.refusal import Refusal, Term

MANY = 30
"""The maximum number of fields in a form."""


@dataclass(frozen=True, slots=True)
class FormError:
    """Why something was not done: message ids, or texts already in the reader's language."""

    status: int
    detail: str
    remedy: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()
    """The fields of the form that the error is about."""


ABOUT = {
    "user-name-taken": frozenset({"user_name"}),
    "role-not-given": frozenset({"roles", "role"}),
    "role-not-yours": frozenset({"roles"}),
    "represents-nobody": frozenset({"roles", "role"}),
    "life-too-long": frozenset({"ends_on"}),
}
"""The place in a form for a refusal of identity."""
DIFFERENT = FormError(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    N_("The two new passwords are not the same."),
    N_("Type the new password twice."),
)
AWAY = FormError(
    HTTPStatus.SERVICE_UNAVAILABLE,
    N_("This is not possible at the moment: the accounts service does not respond."),
    N_("Try again in a few minutes."),
)


async def read_form(request: Request, *names: str) -> dict[str, str]:
    """The fields of a form by name, "" for a missing one; raises a 400 for an invalid form."""
    form = await request.form(max_files=0, max_fields=MANY)
    given = {name: form.get(name, "") for name in names}
    return {name: value if isinstance(value, str) else "" for name, value in given.items()}


async def chosen_values(request: Request, name: str) -> list[str]:
    """All values of a repeated field."""
    form = await request.form(max_files=0, max_fields=MANY)
    return [value for value in form.getlist(name) if isinstance(value, str)]


def identity_error(error: IdentityRefused | IdentityUnavailable) -> FormError:
    """The error that identity returned, or that it did not answer."""
    if isinstance(error, IdentityUnavailable):
        return AWAY
    headers = {"Retry-After": error.wait} if error.wait else {}
    fields = error.fields or ABOUT.get(error.code, frozenset())
    return FormError(error.status, error.detail, error.remedy, headers, fields)


def input_error(error: IdentityRefused | IdentityUnavailable, wrong: FormError) -> FormError:
    """The same, but with one text ``wrong`` for whatever is wrong with the input; rate limits keep theirs."""
    if isinstance(error, IdentityRefused) and error.status != HTTPStatus.TOO_MANY_REQUESTS:
        return wrong
    return identity_error(error)


def forbidden(request: Request, role: Role) -> FormError:
    """The refusal of a page for certain roles, worded like identity's own."""
    detail, remedy = RoleMissing(role=Term(role)).localised(translator(locale_of(request)))
    return FormError(HTTPStatus.FORBIDDEN, detail, remedy)


def refusal_error(refusal: Refusal, request: Request) -> FormError:
    """A refusal of the portal's own, with the time to wait if it has one."""
    detail, remedy = refusal.localised(translator(locale_of(request)))
    headers = {"Retry-After": str(refusal.wait)} if refusal.wait else {}
    return FormError(STATUS[refusal.kind], detail, remedy, headers)


def too_often(refusal: TooManyRequests, request: Request) -> FormError:
    """The refusal of an address that has to wait, with the time."""
    detail, remedy = refusal.localised(translator(locale_of(request)))
    return FormError(HTTPStatus.TOO_MANY_REQUESTS, detail, remedy, dict(refusal.headers))
