"""API tokens: created and revoked; valid for some roles until a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.identity.commands.authority import is_same_person, own, relations, require_power_over, revoke
from services.identity.model.account import Account
from services.identity.model.secret import kept, new_secret
from services.identity.model.session import ApiToken, require_end, require_own
from shared.command import Command
from shared.contracts import identity as events
from shared.database.transaction import Transaction, UnknownAggregate, noun
from shared.fields import Line
from shared.identity.permissions import Role
from shared.identity.tokens import API_TOKEN_PREFIX


class MakeApiToken(Command):
    """Create a token with some of your roles; it expires within a year.

    Without a role it may do what every account may do.
    """

    name: Line
    roles: Annotated[tuple[Role, ...], Field(max_length=len(Role))] = ()
    reads_only: bool = False
    ends_at: AwareDatetime


class RevokeApiToken(Command):
    """Revoke a token: your own, or one of your agency (administrator)."""

    token_id: UUID


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A token and its secret, which is known only now."""

    token: ApiToken
    secret: str

    @property
    def version(self) -> int:
        """The version of the token."""
        return self.token.version

    def __repr__(self) -> str:
        return f"MadeToken({self.token.id})"


def make_api_token(tx: Transaction, command: MakeApiToken) -> MadeToken:
    """Create a token, with roles that its creator has."""
    account = own(tx)
    roles = [str(role) for role in command.roles]
    require_own(roles, tx.actor.roles)
    require_end(command.ends_at, tx.now)
    secret = new_secret(API_TOKEN_PREFIX)
    token = tx.add(
        ApiToken(
            id=tx.new_id(),
            agency=account.agency,
            account_id=account.id,
            name=command.name,
            secret=kept(secret),
            shown=secret[:8],
            roles=sorted(set(roles)),
            reads_only=command.reads_only,
            made_at=tx.now,
            ends_at=command.ends_at,
        )
    )
    tx.record(
        events.TokenMade(
            token_id=token.id,
            account_id=account.id,
            roles=tuple(token.roles),
            reads_only=token.reads_only,
            expires_at=token.ends_at,
        )
    )
    return MadeToken(token, secret)


def revoke_api_token(tx: Transaction, command: RevokeApiToken) -> ApiToken:
    """Revoke a token: the actor's own, or as administrator one of the agency."""
    token = tx.get(ApiToken, command.token_id)
    account = tx.session.get(Account, token.account_id)
    if account is None:
        raise UnknownAggregate(kind=noun(ApiToken), id=str(command.token_id))
    if is_same_person(tx.actor, account):
        tx.permit(relations(tx.actor, account))
    else:
        require_power_over(tx, account)
    account = tx.get(Account, account.id)
    token.revoke()
    tx.record(events.TokenRevoked(token_id=token.id, account_id=account.id))
    revoke(tx, account, only=token.id)
    return token
