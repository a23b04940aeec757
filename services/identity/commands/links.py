"""One-time links to set a password."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa

from services.identity.commands.authority import end_sessions, of_another, revoke
from services.identity.commands.cleanup import schedule_cleanup
from services.identity.commands.fields import Password, Secret
from services.identity.model.account import Account
from services.identity.model.password import require_good
from services.identity.model.secret import kept, new_secret
from services.identity.model.session import LINK_LIFE, Link, LinkUnknown
from services.identity.tables.sessions import links
from shared.command import Command
from shared.contracts.identity import OneTimeLinkMade, PasswordChanged
from shared.contracts.vocabulary import AccountState, LinkPurpose
from shared.database.transaction import Transaction


class MakeLink(Command):
    """Create a one-time link with which the owner sets a new password (administrator)."""

    account_id: UUID


class UseLink(Command):
    """Set a password through a one-time link; sign in with it afterwards.

    ``secret`` is the secret in the link, ``password`` the new password.
    """

    secret: Secret
    password: Password


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link and its account; the secret is known only now."""

    account: Account
    link: Link
    secret: str = field(repr=False)

    @property
    def version(self) -> int:
        """The version of the account."""
        return self.account.version


def make_link(tx: Transaction, command: MakeLink) -> MadeLink:
    """Create a one-time link; the previous one becomes invalid."""
    account = of_another(tx, command.account_id)
    account.require_open()
    return give_link(tx, account, LinkPurpose.RESET if account.password else LinkPurpose.INVITATION)


def use_link(tx: Transaction, command: UseLink, hashed: str) -> Account:
    """Set the password to ``hashed``; sessions begun with the old one end."""
    query = sa.select(Link).where(links.c.secret == kept(command.secret.get_secret_value())).with_for_update()
    link = tx.session.scalars(query).first()
    if link is None or link.ends_at <= tx.now:
        raise LinkUnknown
    account = tx.get(Account, link.account_id)
    if account.state is AccountState.CLOSED:
        raise LinkUnknown
    require_good(command.password.get_secret_value(), context_of(account))
    account.set_password(hashed, tx.now)
    end_sessions(tx, account)
    tx.session.delete(link)
    tx.record(PasswordChanged(account_id=account.id, by_link=True))
    revoke(tx, account)
    return account


def give_link(tx: Transaction, account: Account, purpose: LinkPurpose) -> MadeLink:
    """Create a new link for an account, the only valid one."""
    secret = new_secret()
    link = Link(tx.new_id(), account.id, kept(secret), purpose, tx.now + LINK_LIFE[purpose])
    tx.session.flush()  # the account first: the link refers to it
    with tx.unhidden():  # also if an administrator creates it, only its owner may see it
        tx.execute(sa.delete(links).where(links.c.account_id == account.id))
        tx.session.add(link)
        tx.session.flush()
    schedule_cleanup(tx)
    tx.record(OneTimeLinkMade(account_id=account.id, purpose=purpose, expires_at=link.ends_at))
    return MadeLink(account, link, secret)


def context_of(account: Account) -> list[str]:
    """Words about the owner that others would guess in a password."""
    return [account.user_name or "", account.display_name, account.email or "", account.agency]
