"""Account administration: opening, roles, locking, closing."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import EmailStr, Field

from services.identity.commands.agencies import agency_of, require_ours
from services.identity.commands.authority import end_sessions, of_another, revoke
from services.identity.commands.custody import take_custody
from services.identity.commands.fields import UserName
from services.identity.commands.links import MadeLink, give_link
from services.identity.model.account import (
    ROLES,
    Account,
    RoleNotGiven,
    require_organisation,
)
from services.identity.model.agency import AgencyUnknown
from services.identity.model.session import ApiToken
from services.identity.tables.accounts import accounts, memberships, persons
from services.identity.tables.sessions import api_tokens, links
from shared.command import Command
from shared.contracts import identity as events
from shared.contracts.vocabulary import LinkPurpose
from shared.database.transaction import Transaction
from shared.fields import Line, Prose
from shared.identity.permissions import Relation, Role
from shared.privacy import erased
from shared.refusal import Refusal, Term


class UserNameTaken(Refusal):
    """A user name belongs to one account in the whole system."""

    kind = "conflict"
    message = "The user name %(user_name)s is taken."
    remedy = "Choose another user name."


class AccountExists(Refusal):
    """A person has one account for each organisation."""

    kind = "conflict"
    message = "The person already has an account for this organisation."
    remedy = "Grant the missing roles to that account."


class PersonOfAnother(Refusal):
    """An account of a person may see what that person may see, so only the person's own agency opens it."""

    kind = "forbidden"
    message = "Your agency has no active person with the id %(id)s in its registry."
    remedy = (
        "Register the person and their membership first; if you just did, try again in a moment. An "
        "account without a person represents only itself."
    )
    reason = "the person is not in the agency's registry, or is retired"


class OpenAccount(Command):
    """Open an account in your agency (administrator); its owner sets the password with the link.

    ``person_id`` is the person's id in the registry, if there is one; without it the account represents
    only itself.
    """

    user_name: UserName
    display_name: Annotated[Line, Field(repr=False)]
    email: Annotated[EmailStr | None, Field(repr=False)] = None
    organisation_id: UUID | None = None
    person_id: UUID | None = None
    roles: Annotated[tuple[Role, ...], Field(max_length=len(Role))] = ()


class GrantRole(Command):
    """Grant a role (administrator)."""

    account_id: UUID
    role: Role


class WithdrawRole(Command):
    """Withdraw a role (administrator), along with the access that it gave."""

    account_id: UUID
    role: Role


class LockAccount(Command):
    """Lock an account (administrator): its sessions end, and its API tokens do not work meanwhile."""

    account_id: UUID
    reason: Prose


class UnlockAccount(Command):
    """Unlock an account (administrator)."""

    account_id: UUID


class CloseAccount(Command):
    """Close an account permanently (administrator)."""

    account_id: UUID


def open_account(tx: Transaction, command: OpenAccount) -> MadeLink:
    """Open an account; its owner sets the password with the link, which is shown once."""
    tx.permit({Relation.OWN_AGENCY})
    for role in command.roles:
        _require_given(tx, role)
    roles = sorted(set(command.roles))
    require_organisation(list(roles), command.organisation_id)
    if agency_of(tx, tx.actor.agency) is None:
        raise AgencyUnknown(slug=tx.actor.agency)
    require_ours(tx, command.organisation_id)
    if command.person_id is not None:
        erased.refuse(tx.session, [(tx.actor.agency, str(command.person_id))])
        _require_registered(tx, command.person_id)
    _require_free(tx, command)
    account_id = tx.new_id()
    account = tx.add(
        Account(
            id=account_id,
            agency=tx.actor.agency,
            organisation_id=command.organisation_id,
            person_id=command.person_id or account_id,
            user_name=command.user_name,
            display_name=command.display_name,
            email=command.email,
            roles=[str(role) for role in roles],
            opened_at=tx.now,
        )
    )
    tx.record(
        events.AccountOpened(
            account_id=account.id, organisation_id=account.organisation_id, roles=tuple(account.roles)
        )
    )
    if account.organisation_id is not None:
        take_custody(tx, account.organisation_id, account.agency)
    return give_link(tx, account, LinkPurpose.INVITATION)


def grant_role(tx: Transaction, command: GrantRole) -> Account:
    """Grant a role to an account."""
    account = of_another(tx, command.account_id)
    _require_given(tx, command.role)
    account.take_role(command.role)
    tx.record(events.RoleGranted(account_id=account.id, role=command.role, by_provider=False))
    return account


def withdraw_role(tx: Transaction, command: WithdrawRole) -> Account:
    """Withdraw a role from an account; access that was given with it becomes void."""
    account = of_another(tx, command.account_id)
    _require_given(tx, command.role)
    account.lose_role(command.role)
    tx.record(events.RoleWithdrawn(account_id=account.id, role=command.role, by_provider=False))
    revoke(tx, account)
    return account


def lock_account(tx: Transaction, command: LockAccount) -> Account:
    """Lock an account and end its sessions; its API tokens are suspended."""
    account = of_another(tx, command.account_id)
    account.lock()
    end_sessions(tx, account)
    tx.record(events.AccountLocked(account_id=account.id, reason=command.reason))
    revoke(tx, account)
    return account


def unlock_account(tx: Transaction, command: UnlockAccount) -> Account:
    """Unlock an account."""
    account = of_another(tx, command.account_id)
    account.unlock()
    tx.record(events.AccountUnlocked(account_id=account.id))
    return account


def close_account(tx: Transaction, command: CloseAccount) -> Account:
    """Close an account permanently."""
    account = of_another(tx, command.account_id)
    account.close(tx.now)
    _leave(tx, account, erased=False)
    return account


def close_for_erasure(tx: Transaction, account: Account) -> None:
    """Close the account if it is open; its data is erased with all other data about the person."""
    if account.closed_at is None:
        account.close(tx.now)
        _leave(tx, account, erased=True)


def _leave(tx: Transaction, account: Account, *, erased: bool) -> None:
    """End the sessions and tokens of an account, and record that it is closed."""
    end_sessions(tx, account)
    with tx.unhidden():
        tx.execute(sa.delete(links).where(links.c.account_id == account.id))
    for (token_id,) in tx.execute(_good_tokens(account)).all():
        token = tx.get(ApiToken, token_id)
        token.revoke()
        tx.record(events.TokenRevoked(token_id=token.id, account_id=account.id))
    tx.record(events.AccountClosed(account_id=account.id, erased=erased))
    revoke(tx, account)


def _good_tokens(account: Account) -> sa.Select[tuple[UUID]]:
    ours = sa.and_(api_tokens.c.account_id == account.id, api_tokens.c.state == "valid")
    return sa.select(api_tokens.c.id).where(ours).order_by(api_tokens.c.id)


def _require_given(tx: Transaction, role: Role) -> None:
    """Require an operator to grant the operator role: operators manage the system of all agencies."""
    if role not in ROLES or (role is Role.OPERATOR and not tx.actor.has(Role.OPERATOR)):
        raise RoleNotGiven(role=Term(role))


def _require_registered(tx: Transaction, person: UUID) -> None:
    """Require that the actor's agency has registered the person, or has opened an account for them before.

    A current membership also counts, for people registered before person events existed.
    """
    agency = tx.actor.agency
    of_registry = sa.select(persons.c.agency, persons.c.has_retired).where(persons.c.id == person)
    known = tx.execute(of_registry).first()
    if known is not None:
        is_ours = tuple(known) == (agency, False)
    else:
        belongs = memberships.c.person_id == person, ~memberships.c.has_ended, memberships.c.agency == agency
        holds = accounts.c.person_id == person, accounts.c.agency == agency
        queries = sa.select(memberships.c.id).where(*belongs), sa.select(accounts.c.id).where(*holds)
        is_ours = any(tx.execute(query).first() is not None for query in queries)
    if not is_ours:
        raise PersonOfAnother(id=person)


def _require_free(tx: Transaction, command: OpenAccount) -> None:
    """Refuse a user name that is taken anywhere."""
    taken = sa.select(accounts.c.id).where(accounts.c.user_name == command.user_name)
    with tx.unhidden():
        if tx.execute(taken).first() is not None:
            raise UserNameTaken(user_name=command.user_name)
    if command.person_id is not None:
        same = sa.and_(
            accounts.c.person_id == command.person_id,
            accounts.c.agency == tx.actor.agency,
            accounts.c.organisation_id.is_(None)
            if command.organisation_id is None
            else accounts.c.organisation_id == command.organisation_id,
        )
        if tx.execute(sa.select(accounts.c.id).where(same)).first() is not None:
            raise AccountExists
