"""Accounts API of an agency, for its administrators and auditors."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel
from starlette.responses import Response

from services.identity.api.fields import AccountOut
from services.identity.commands import accounts as commands
from services.identity.commands import links as link_commands
from services.identity.commands import own_account
from services.identity.commands import sessions as session_commands
from services.identity.commands.links import MadeLink
from services.identity.permissions import ADMINISTRATOR, AUDITOR, OWN
from services.identity.queries import accounts as queries
from services.identity.queries.accounts import AccountFilter
from shared.contracts.vocabulary import AccountState
from shared.fields import Storable
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.idempotency import ShownOnce
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import Role, by_people

operations = Operations("accounts")
Search = Annotated[
    str, Query(min_length=1, max_length=100, description="Part of a name or address"), Storable
]


class LinkOut(BaseModel):
    """An account with its one-time link. ``secret`` is shown once: give it only to the owner."""

    account: AccountOut
    purpose: str
    secret: ShownOnce
    ends_at: datetime

    @classmethod
    def of(cls, made: MadeLink) -> Self:
        """The view of a new link."""
        return cls(
            account=AccountOut.of(made.account),
            purpose=made.link.purpose,
            secret=made.secret,
            ends_at=made.link.ends_at,
        )


operations.create(
    "/accounts",
    commands.open_account,
    may=by_people(ADMINISTRATOR),
    label=N_("open an account"),
    shows=LinkOut,
)


def account_filter(
    q: Search | None = None,
    state: AccountState | None = None,
    role: Role | None = None,
    of: Annotated[list[UUID] | None, Query(max_length=200, description="Ids of accounts or persons")] = None,
) -> AccountFilter:
    """The filter from the query parameters."""
    return AccountFilter(q, state, role, tuple(of or ()))


@operations.get("/accounts", may=AUDITOR, label=N_("see accounts"))
async def list_accounts(
    door: DoorDep, paging: PageDep, wanted: Annotated[AccountFilter, Depends(account_filter)]
) -> Page[AccountOut]:
    """List the accounts of your agency (administrator, auditor): all, or those with a text in their names."""
    accounts = await door.read(queries.list_accounts, wanted, paging.after, paging.limit + 1)
    return paging.page(accounts, AccountOut.of, lambda item: item.id)


@operations.get("/accounts/{account_id}", may=OWN + AUDITOR, label=N_("see an account"))
async def show_account(account_id: UUID, door: DoorDep, response: Response) -> AccountOut:
    """Show one account: your own, or one of your agency (administrator, auditor)."""
    account = await door.read(queries.account, account_id)
    response.headers["ETag"] = etag(account.version)
    return AccountOut.of(account)


@operations.get(
    "/accounts/{account_id}/timeline", may=OWN + AUDITOR, label=N_("view the history of an account")
)
async def show_account_timeline(account_id: UUID, door: DoorDep) -> list[Happened]:
    """List everything that happened to an account that you may see, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.timeline, account_id)]


operations.do(
    "/accounts/{account_id}/roles",
    commands.grant_role,
    may=by_people(ADMINISTRATOR),
    label=N_("grant a role"),
    shows=AccountOut,
)
operations.do(
    "/accounts/{account_id}/roles/withdraw",
    commands.withdraw_role,
    may=by_people(ADMINISTRATOR),
    label=N_("withdraw a role"),
    shows=AccountOut,
)
operations.do(
    "/accounts/{account_id}/lock",
    commands.lock_account,
    may=by_people(ADMINISTRATOR),
    label=N_("lock an account"),
    shows=AccountOut,
)
operations.do(
    "/accounts/{account_id}/unlock",
    commands.unlock_account,
    may=by_people(ADMINISTRATOR),
    label=N_("unlock an account"),
    shows=AccountOut,
)
operations.do(
    "/accounts/{account_id}/close",
    commands.close_account,
    may=by_people(ADMINISTRATOR),
    label=N_("close an account"),
    shows=AccountOut,
)


@operations.post(
    "/accounts/{account_id}/link",
    may=by_people(ADMINISTRATOR),
    label=N_("create a one-time link"),
    status_code=201,
    response_model=LinkOut,
)
async def make_link(account_id: UUID, door: DoorDep) -> Response:
    """Create a one-time link with which the owner sets a new password (administrator)."""
    return await door.do(
        link_commands.make_link, link_commands.MakeLink(account_id=account_id), LinkOut.of, 201
    )


operations.do(
    "/accounts/{account_id}/sessions/end",
    session_commands.end_account_sessions,
    may=by_people(ADMINISTRATOR),
    label=N_("end the sessions of an account"),
    shows=AccountOut,
)
operations.do(
    "/accounts/{account_id}/totp/drop",
    own_account.drop_account_totp,
    may=by_people(ADMINISTRATOR),
    label=N_("remove the authenticator of an account"),
    shows=AccountOut,
)
