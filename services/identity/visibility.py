"""Row visibility of accounts, sessions, tokens and the audit log."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from services.identity.model.account import Account
from services.identity.model.audit import Entry
from services.identity.model.erasure import Erasure
from services.identity.model.session import ApiToken, Link, Session
from services.identity.tables.accounts import accounts
from services.identity.tables.audit import audit_entries
from services.identity.tables.erasures import erasures
from services.identity.tables.sessions import api_tokens, links, sessions
from shared.identity.actor import SYSTEM
from shared.identity.permissions import Role
from shared.rows.viewer import Condition, Viewer, all_of, any_of


def visible(viewer: Viewer) -> Mapping[type, Condition]:
    """Administrators and auditors see the accounts and the log of their agency; everybody sees their own.

    Sessions and links that authenticate a caller are looked up by the system itself.
    """
    looks_after = viewer.has(Role.ADMINISTRATOR, Role.AUDITOR)
    own = own_account(viewer)
    my_accounts = sa.select(accounts.c.id).where(own)
    our_tokens = all_of(viewer.has(Role.ADMINISTRATOR), viewer.is_of(api_tokens.c.agency))
    nobodys = all_of(viewer.has(Role.OPERATOR), audit_entries.c.agency == SYSTEM.agency)
    return {
        Account: any_of(own, all_of(looks_after, viewer.is_of(accounts.c.agency))),
        Erasure: all_of(looks_after, viewer.is_of(erasures.c.agency)),
        Session: sessions.c.account_id.in_(my_accounts),
        ApiToken: any_of(our_tokens, api_tokens.c.account_id.in_(my_accounts)),
        Link: links.c.account_id.in_(my_accounts),
        Entry: any_of(all_of(looks_after, viewer.is_of(audit_entries.c.agency)), nobodys),
    }


def own_account(viewer: Viewer) -> Condition:
    """The condition of the actor's own account, one for each organisation.

    Tokens minted on the host, and anonymous callers, have none.
    """
    return all_of(
        viewer.is_person(accounts.c.person_id),
        viewer.is_of(accounts.c.agency),
        viewer.acts_for(accounts.c.organisation_id),
    )
