"""Role suspension: roles of an account whose owner has left the organisation."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.identity.commands.agencies import agency_of
from services.identity.commands.authority import revoke
from services.identity.model.account import Account
from services.identity.model.authority import ABOVE_OTHERS
from services.identity.tables.accounts import accounts, memberships
from shared.contracts.envelope import Envelope
from shared.contracts.identity import RoleRested
from shared.contracts.partners import MembershipEnded
from shared.contracts.vocabulary import AccountState
from shared.database.transaction import Transaction


class NotHeardYet(RuntimeError):
    """The copy of memberships has not reached this event yet; the work is retried."""


def membership_ended(tx: Transaction, envelope: Envelope, event: MembershipEnded) -> None:
    """Suspend the roles of a person who has left, unless another membership in the organisation goes on.

    Roles with power over accounts are not suspended: otherwise a coordinator of the registry could take
    away an administrator's roles.
    """
    membership = tx.execute(sa.select(memberships).where(memberships.c.id == event.membership_id)).first()
    if membership is None or not membership.has_ended:
        raise NotHeardYet(event.membership_id)
    if _belongs(tx, event.member, event.organisation_id):
        return
    for account_id in _accounts(tx, envelope.agency, event):
        account = tx.get(Account, account_id)
        rested = [role for role in account.roles if role not in ABOVE_OTHERS]
        for role in rested:
            account.rest_role(role)
            tx.record(RoleRested(account_id=account.id, role=role, organisation_id=event.organisation_id))
        if rested:
            revoke(tx, account)


def _belongs(tx: Transaction, person_id: UUID, organisation_id: UUID) -> bool:
    query = sa.select(memberships.c.id).where(
        memberships.c.person_id == person_id,
        memberships.c.organisation_id == organisation_id,
        memberships.c.has_ended.is_(False),
    )
    return tx.execute(query.limit(1)).first() is not None


def _accounts(tx: Transaction, slug: str, event: MembershipEnded) -> list[UUID]:
    """The person's accounts that act for the organisation, or for the agency that it is."""
    agency = agency_of(tx, slug)
    acts_for_it = accounts.c.organisation_id == event.organisation_id
    if agency is not None and agency.organisation_id == event.organisation_id:
        acts_for_it = sa.or_(acts_for_it, accounts.c.organisation_id.is_(None))
    query = sa.select(accounts.c.id).where(
        accounts.c.person_id == event.member,
        accounts.c.agency == slug,
        accounts.c.state != AccountState.CLOSED,
        acts_for_it,
    )
    return list(tx.execute(query.order_by(accounts.c.id)).scalars())
