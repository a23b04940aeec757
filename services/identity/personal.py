"""Personal data declarations of identity."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from services.identity.tables.accounts import accounts, memberships, persons
from services.identity.tables.audit import audit_entries
from services.identity.tables.sessions import api_tokens, known_browsers, links, provider_visits, sessions
from shared.privacy.personal import Personal, PersonalTable, RetentionPeriod

ERASED = ("user_name", "email", "password", "password_at", "totp_secret", "issuer", "subject")
VISIT = ("secret", "browser", "nonce", "verifier")


def _owner(of: sa.Table, name: str) -> sa.ScalarSelect[Any]:
    """A column of the account that a row belongs to."""
    mine = accounts.c.id == of.c.account_id
    return sa.select(accounts.c[name]).where(mine).correlate(of).scalar_subquery()


def _hangs_on_account(of: sa.Table, why: str, secret: tuple[str, ...]) -> PersonalTable:
    """Rows that are erased with the account."""
    return PersonalTable(
        of, why=why, person=_owner(of, "person_id"), agency=_owner(of, "agency"), secret=secret, goes=True
    )


PERSONAL = Personal(
    PersonalTable(
        accounts,
        why="to sign people in, and to show administrators who they are",
        person=accounts.c.person_id,
        agency=accounts.c.agency,
        personal=dict.fromkeys(ERASED) | {"display_name": "", "totp_confirmed": False},
        secret=("password", "totp_secret"),
        keep=RetentionPeriod("keep_closed_accounts_days", accounts.c.closed_at),
    ),
    _hangs_on_account(sessions, "to stay signed in for some hours", ("secret",)),
    _hangs_on_account(links, "to set a password once", ("secret",)),
    _hangs_on_account(known_browsers, "so that no stranger keeps the owner out by guessing", ("secret",)),
    _hangs_on_account(provider_visits, "to come back from a provider", VISIT),
    PersonalTable(
        api_tokens,
        why="to let systems act for a person",
        person=_owner(api_tokens, "person_id"),
        agency=api_tokens.c.agency,
        personal={"name": ""},
        secret=("secret",),
    ),
    PersonalTable(
        persons,
        why="to open accounts only for people in the registry; only the id refers to the person",
        person=persons.c.id,
        agency=persons.c.agency,
    ),
    PersonalTable(
        memberships,
        why="to know for which organisation a person may act; only the id refers to the person",
        person=memberships.c.person_id,
        agency=memberships.c.agency,
    ),
    PersonalTable(
        audit_entries,
        why="to trace who did what; only the id refers to the person",
        person=audit_entries.c.actor,
        agency=audit_entries.c.agency,
        keep=RetentionPeriod("keep_audit_days", audit_entries.c.at, drops=True),
    ),
)
