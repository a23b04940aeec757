"""Sign-in through an OpenID Connect provider."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa

from services.identity.commands.access import Entry, Lives, begin_session
from services.identity.commands.authority import revoke
from services.identity.commands.cleanup import schedule_cleanup
from services.identity.commands.fields import Secret
from services.identity.commands.sign_in import Refused
from services.identity.model.account import Account, can_hold
from services.identity.model.attempts import SignInRefused
from services.identity.model.secret import kept, new_secret
from services.identity.model.visit import AWAY, ON_THE_STEP, SeveralAccounts, VisitUnknown
from services.identity.tables.accounts import accounts
from services.identity.tables.sessions import provider_visits
from shared.command import Command
from shared.contracts import identity as events
from shared.contracts.vocabulary import AccountState, Way, WhyRefused
from shared.database.transaction import Transaction
from shared.identity.role_mapping import RoleMapping

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Leave:
    """The start of a sign-in at the provider; the response must match, in the same browser."""

    state: str = field(repr=False)
    browser: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    back_to: str
    agency: str


@dataclass(frozen=True, slots=True)
class ComeBack:
    """The return from the provider, with a state."""

    state: str = field(repr=False)
    browser: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Visit:
    """What was stored when the browser left."""

    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    back_to: str
    agency: str


@dataclass(frozen=True, slots=True)
class Says:
    """The person's groups (None: the provider does not say), and the roles that these map to."""

    mapping: RoleMapping
    groups: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Recognise:
    """Find the account of an identity that the provider asserts, and its roles.

    ``agency`` is the one chosen at the start, "" if none was chosen.
    """

    issuer: str
    subject: str = field(repr=False)
    email: str | None = field(repr=False)
    browser: str = field(repr=False)
    agency: str
    says: Says


@dataclass(frozen=True, slots=True)
class Step:
    """A recognised identity: its code signs in within a minute, in the same browser."""

    code: str = field(repr=False)


class Enter(Command):
    """Begin the session of a person who returned from the provider.

    ``code`` is the one with which the browser returned, ``browser`` the value of its cookie
    ``kemitraan-visit``.
    """

    code: Secret
    browser: Secret


def leave(tx: Transaction, command: Leave) -> None:
    """Store what the response must match."""
    _keep(tx, command.state, command.browser, AWAY, command)


def come_back(tx: Transaction, command: ComeBack) -> Visit:
    """What was stored; a state is accepted once, and only in the browser that left with it."""
    row = _taken(tx, command.state, command.browser)
    if row.account_id is not None:
        raise VisitUnknown
    return Visit(row.nonce, row.verifier, row.back_to, row.meant_for)


def recognise(tx: Transaction, command: Recognise) -> Step | Refused:
    """Find the account by issuer and subject, else the one opened for the verified address.

    Signing in never opens an account: an administrator does.
    """
    candidates = _accounts(tx, command)
    account = candidates[0] if len(candidates) == 1 else None
    why: WhyRefused | None = None
    if account is None:
        why = WhyRefused.UNMATCHED
    elif account.state is not AccountState.ACTIVE:
        why = WhyRefused.LOCKED
    if account is None or why is not None:
        event = events.SignInRefused(
            attempt_id=tx.new_id(),
            account_id=account.id if account else None,
            way=Way.PROVIDER,
            why=why or WhyRefused.UNMATCHED,
        )
        tx.audit(event, account.agency if account else "")
        several = sorted({candidate.agency for candidate in candidates})
        if len(several) > 1:
            return Refused(SeveralAccounts(agencies=", ".join(several)))
        return Refused(SignInRefused())
    account.issuer, account.subject = command.issuer, command.subject
    _settle_roles(tx, account, command.says)
    code = new_secret()
    tx.session.flush()
    _keep(tx, code, command.browser, ON_THE_STEP, account_id=account.id)
    return Step(code)


def enter(tx: Transaction, command: Enter, lives: Lives) -> Entry:
    """Begin the session."""
    row = _taken(tx, command.code.get_secret_value(), command.browser.get_secret_value())
    if row.account_id is None:
        raise VisitUnknown
    account = tx.get(Account, row.account_id)
    if account.state is not AccountState.ACTIVE:
        raise VisitUnknown
    return begin_session(tx, account, Way.PROVIDER, lives)


def _settle_roles(tx: Transaction, account: Account, says: Says) -> None:
    """Grant and withdraw the roles that the provider decides on in its agency.

    A representative without an organisation is not granted that role, and a suspended role stays suspended,
    whatever the provider says. If it says nothing, nothing changes.
    """
    if says.groups is None:
        if says.mapping.decided(account.agency):
            _log.warning("the provider does not say in which groups account %s is: roles stay", account.id)
        return
    said = says.mapping.given(account.agency, says.groups).difference(account.resting)
    given = {role for role in said if can_hold(account, role)}
    lost = says.mapping.decided(account.agency).intersection(account.roles) - given
    gained = given.difference(account.roles)
    if not lost and not gained:
        return
    tx.get(Account, account.id)
    for role in sorted(gained):
        account.take_role(role)
        tx.record(events.RoleGranted(account_id=account.id, role=role, by_provider=True))
    for role in sorted(lost):
        account.lose_role(role)
        tx.record(events.RoleWithdrawn(account_id=account.id, role=role, by_provider=True))
    if lost:
        revoke(tx, account)


def _accounts(tx: Transaction, command: Recognise) -> list[Account]:
    """The account linked to the identity, else those opened for the address."""
    same = sa.and_(accounts.c.issuer == command.issuer, accounts.c.subject == command.subject)
    known = list(tx.session.scalars(sa.select(Account).where(same).with_for_update()))
    if known or command.email is None:
        return known
    invited = sa.and_(
        sa.func.lower(accounts.c.email) == command.email.lower(),
        accounts.c.issuer.is_(None),
        accounts.c.state != AccountState.CLOSED,
    )
    if command.agency:
        invited = sa.and_(invited, accounts.c.agency == command.agency)
    return list(tx.session.scalars(sa.select(Account).where(invited).with_for_update()))


def _keep(
    tx: Transaction,
    secret: str,
    browser: str,
    for_: timedelta,
    left: Leave | None = None,
    account_id: object = None,
) -> None:
    row = {
        "secret": kept(secret),
        "browser": kept(browser),
        "nonce": left.nonce if left else "",
        "verifier": left.verifier if left else "",
        "back_to": left.back_to if left else "",
        "meant_for": left.agency if left else "",
        "account_id": account_id,
        "ends_at": tx.now + for_,
    }
    tx.execute(sa.insert(provider_visits), row)
    schedule_cleanup(tx)


def _taken(tx: Transaction, secret: str, browser: str) -> sa.Row[tuple[object, ...]]:
    """The row of a secret, which is used up; raises :class:`VisitUnknown`."""
    ours = provider_visits.c.secret == kept(secret)
    row = tx.execute(sa.select(provider_visits).where(ours).with_for_update()).first()
    if row is None or row.browser != kept(browser) or row.ends_at <= tx.now:
        raise VisitUnknown
    tx.execute(sa.delete(provider_visits).where(ours))
    return row
