"""OAuth 2.0 token endpoint: client credentials grant for API tokens (RFC 6749, 4.4)."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from authlib.oauth2.rfc6749.errors import (
    InvalidClientError,
    InvalidRequestError,
    OAuth2Error,
    UnsupportedGrantTypeError,
)
from authlib.oauth2.rfc6749.util import extract_basic_authorization
from fastapi import Depends, Form
from pydantic import BaseModel, SecretStr, ValidationError
from starlette.responses import JSONResponse, Response

from services.identity.api.resources import run_as_system, sign_in_resources
from services.identity.api.sign_in import NEVER_KEPT
from services.identity.commands import access
from services.identity.commands.access import Access
from services.identity.model.session import ApiTokenUnknown
from shared.fields import Storable
from shared.http.door import Door, NobodysDoorDep
from shared.http.known_parameters import TAKES_MORE
from shared.http.rate_limits import RateLimit
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC
from shared.identity.tokens import API_TOKEN_PREFIX

operations = Operations("entrance", at="/oauth")
EXCHANGED = [Depends(RateLimit("token", per_address="60/minute"))]
Given = Annotated[str, Form(max_length=200), Storable]


class TokenOut(BaseModel):
    """An access token for some minutes (RFC 6749, 5.1)."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105
    expires_in: int


class OAuthErrorOut(BaseModel):
    """Why no token was issued (RFC 6749, 5.2)."""

    error: str
    error_description: str | None = None


REFUSED: dict[int | str, dict[str, Any]] = {
    400: {
        "model": OAuthErrorOut,
        "description": "The grant type is not supported, or the request is not valid",
    },
    401: {"model": OAuthErrorOut, "description": "The API token does not exist, or is no longer valid"},
}


@operations.post(
    "/token",
    may=PUBLIC,
    label=N_("exchange client credentials for a token"),
    response_model=TokenOut,
    responses=REFUSED,
    dependencies=EXCHANGED,
    openapi_extra=TAKES_MORE,
)
async def give_token(
    door: NobodysDoorDep, grant_type: Given = "", client_id: Given = "", client_secret: Given = ""
) -> Response:
    """Exchange an API token for an access token: its id is the client_id, the token is the client_secret.

    They are sent as HTTP Basic or in the form. ``scope`` is ignored: an API token has its roles.
    """
    try:
        if grant_type != "client_credentials":
            raise UnsupportedGrantTypeError(grant_type) if grant_type else InvalidRequestError()
        given = await _access(door, *_client(door, client_id, client_secret))
    except OAuth2Error as error:
        headers = dict(error.get_headers()) | NEVER_KEPT
        return JSONResponse(dict(error.get_body()), error.status_code, headers)
    token = sign_in_resources(door).mint(given)
    seconds = int((token.expires_at - door.runtime.clock.now()).total_seconds())
    body = TokenOut(access_token=token.text, expires_in=seconds).model_dump()
    return JSONResponse(body, headers=NEVER_KEPT)


def _client(door: Door, client_id: str, client_secret: str) -> tuple[str, str]:
    """The client credentials, sent in exactly one way."""
    header = {"Authorization": door.request.headers.get("authorization", "")}
    try:
        named, secret = extract_basic_authorization(header)
    except ValueError:
        raise InvalidClientError(status_code=401) from None
    if named is None:
        return client_id, client_secret
    if client_secret:
        raise InvalidRequestError("The client is named in two ways.")
    return named, secret or ""


async def _access(door: Door, client_id: str, secret: str) -> Access:
    try:
        give = partial(access.give_access, lives=sign_in_resources(door).lives)
        given = await run_as_system(door, give, _command(secret))
    except ApiTokenUnknown:
        raise InvalidClientError(status_code=401) from None
    if str(given.origin.through) != client_id.strip().lower():
        raise InvalidClientError(status_code=401)
    return given


def _command(secret: str) -> access.GiveAccess:
    """The command that exchanges an API token, and no session; raises ``ApiTokenUnknown``."""
    if not secret.startswith(API_TOKEN_PREFIX):
        raise ApiTokenUnknown
    try:
        return access.GiveAccess(secret=SecretStr(secret))
    except ValidationError:
        raise ApiTokenUnknown from None
