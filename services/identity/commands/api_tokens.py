"""API tokens: systems act for an account with them, in some of its roles, until a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.identity.commands.authority import is_same_person, own, relations, require_power_over, revoke
from services.identity.model.account import Account
from services.identity.model.secret import kept, new_secret
from services.identity.model.session import ApiToken, require_end, require_own
from shared.contracts import identity as events
from shared.database.transaction import Transaction, UnknownAggregate, noun
from shared.identity.tokens import API_TOKEN_PREFIX


@dataclass(frozen=True, slots=True)
class MakeApiToken:
    """Let a system act for the actor."""

    name: str
    roles: tuple[str, ...]
    reads_only: bool
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class RevokeApiToken:
    """Let a system act no longer."""

    token_id: UUID


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A token and its secret, which is known now and never again."""

    token: ApiToken
    secret: str

    @property
    def version(self) -> int:
        """The token's."""
        return self.token.version

    def __repr__(self) -> str:
        return f"MadeToken({self.token.id})"


def make_api_token(tx: Transaction, command: MakeApiToken) -> MadeToken:
    """Make one, in roles that its maker holds."""
    account = own(tx)
    require_own(list(command.roles), tx.actor.roles)
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
            roles=sorted(set(command.roles)),
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
    """Revoke one: one's own, or as administrator one of the agency."""
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
