"""API tokens, with which systems act for an account."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, Field
from starlette.responses import Response

from services.identity.api.fields import ApiTokenOut
from services.identity.commands import api_tokens as commands
from services.identity.commands.api_tokens import MadeToken
from services.identity.permissions import ADMINISTRATOR, OWN
from services.identity.queries import accounts as queries
from shared.fields import Line, RequestBody
from shared.http.door import DoorDep
from shared.http.idempotency import ShownOnce
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import Role, by_people

operations = Operations("API tokens")


class ApiTokenIn(RequestBody):
    """What a system may do, and until when; without a role it may do what anybody with an account may."""

    name: Line
    roles: Annotated[tuple[Role, ...], Field(max_length=len(Role))] = ()
    reads_only: bool = False
    ends_at: AwareDatetime


class MadeTokenOut(ApiTokenOut):
    """A new token; its secret is shown this once."""

    secret: ShownOnce

    @classmethod
    def made(cls, made: MadeToken) -> Self:
        """The view of a token that was just made."""
        return cls(**ApiTokenOut.of(made.token).model_dump(), secret=made.secret)


@operations.post(
    "/api-tokens",
    may=by_people(OWN),
    label=N_("make an API token"),
    status_code=201,
    response_model=MadeTokenOut,
)
async def make_api_token(body: ApiTokenIn, door: DoorDep) -> Response:
    """Make a token in roles of one's own; it ends within a year."""
    command = commands.MakeApiToken(
        body.name, tuple(str(role) for role in body.roles), body.reads_only, body.ends_at
    )
    return await door.create(commands.make_api_token, command, MadeTokenOut.made)


@operations.get("/api-tokens", may=OWN + ADMINISTRATOR, label=N_("see API tokens"))
async def list_api_tokens(door: DoorDep, paging: PageDep) -> Page[ApiTokenOut]:
    """One's own tokens; an administrator sees those of the agency."""
    found = await door.read(queries.list_api_tokens, paging.after, paging.limit + 1)
    return paging.page(found, ApiTokenOut.of, lambda one: one.id)


@operations.post(
    "/api-tokens/{token_id}/revoke",
    may=by_people(OWN + ADMINISTRATOR),
    label=N_("revoke an API token"),
    response_model=ApiTokenOut,
)
async def revoke_api_token(token_id: UUID, door: DoorDep) -> Response:
    """Revoke a token: one's own, or one of one's agency (administrator)."""
    return await door.do(commands.revoke_api_token, commands.RevokeApiToken(token_id), ApiTokenOut.of)
