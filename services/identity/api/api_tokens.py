"""API tokens API."""

from __future__ import annotations

from typing import Self

from services.identity.api.fields import ApiTokenOut
from services.identity.commands import api_tokens as commands
from services.identity.commands.api_tokens import MadeToken
from services.identity.permissions import ADMINISTRATOR, OWN
from services.identity.queries import accounts as queries
from shared.http.door import DoorDep
from shared.http.idempotency import ShownOnce
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations, View
from shared.i18n import N_
from shared.identity.permissions import by_people

operations = Operations("API tokens")


class MadeTokenOut(ApiTokenOut):
    """A new token; its secret is shown only this once."""

    secret: ShownOnce

    @classmethod
    def made(cls, made: MadeToken) -> Self:
        """The view of a new token."""
        return cls(**ApiTokenOut.of(made.token).model_dump(), secret=made.secret)


MADE_TOKEN: View[MadeToken] = View(MadeTokenOut, lambda _: MadeTokenOut.made)

operations.create(
    "/api-tokens",
    commands.make_api_token,
    may=by_people(OWN),
    label=N_("create an API token"),
    shows=MADE_TOKEN,
)


@operations.get("/api-tokens", may=OWN + ADMINISTRATOR, label=N_("see API tokens"))
async def list_api_tokens(door: DoorDep, paging: PageDep) -> Page[ApiTokenOut]:
    """List your own tokens; an administrator sees those of the agency."""
    api_tokens = await door.read(queries.list_api_tokens, paging.after, paging.limit + 1)
    return paging.page(api_tokens, ApiTokenOut.of, lambda item: item.id)


operations.do(
    "/api-tokens/{token_id}/revoke",
    commands.revoke_api_token,
    may=by_people(OWN + ADMINISTRATOR),
    label=N_("revoke an API token"),
    shows=ApiTokenOut,
)
