"""What an actor may see of accounts, sessions, tokens and the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import with_loader_criteria
from sqlalchemy.orm.interfaces import ORMOption

from services.identity.model.account import Account
from services.identity.model.audit import Entry
from services.identity.model.erasure import Erasure
from services.identity.model.session import ApiToken, Link, Session
from services.identity.tables.accounts import accounts
from services.identity.tables.audit import audit_entries
from services.identity.tables.erasures import erasures
from services.identity.tables.sessions import api_tokens, links, sessions
from shared.identity.actor import SYSTEM, Actor
from shared.identity.permissions import Role


def visible(actor: Actor) -> Sequence[ORMOption]:
    """Administrators and auditors see accounts and the log of their agency; everybody what is his or hers.

    What lets somebody in who is not known yet (a session, a link) is looked for by the system itself.
    """
    ours = sa.literal(actor.has(Role.ADMINISTRATOR) or actor.has(Role.AUDITOR))
    nobodys = sa.literal(actor.has(Role.OPERATOR))
    own = own_account(actor)
    my_accounts = sa.select(accounts.c.id).where(own)
    tokens = sa.and_(sa.literal(actor.has(Role.ADMINISTRATOR)), api_tokens.c.agency == actor.agency)
    return (
        with_loader_criteria(Account, sa.or_(own, sa.and_(ours, accounts.c.agency == actor.agency))),
        with_loader_criteria(Erasure, sa.and_(ours, erasures.c.agency == actor.agency)),
        with_loader_criteria(Session, sessions.c.account_id.in_(my_accounts)),
        with_loader_criteria(ApiToken, sa.or_(tokens, api_tokens.c.account_id.in_(my_accounts))),
        with_loader_criteria(Link, links.c.account_id.in_(my_accounts)),
        with_loader_criteria(
            Entry,
            sa.or_(
                sa.and_(ours, audit_entries.c.agency == actor.agency),
                sa.and_(nobodys, audit_entries.c.agency == SYSTEM.agency),
            ),
        ),
    )


def own_account(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition of the account with which an actor acts: a person has one for each part to play."""
    try:
        person = UUID(actor.person)
    except ValueError:  # minted on the host, or nobody: there is no account
        return sa.false()
    return sa.and_(
        accounts.c.person_id == person,
        accounts.c.agency == actor.agency,
        accounts.c.organisation_id.is_(None)
        if actor.organisation is None
        else accounts.c.organisation_id == actor.organisation,
    )
