"""Custody: publishes which agency opens the accounts of an organisation."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.identity.model.custody import AccountsElsewhere, Custody
from services.identity.tables.accounts import accounts, agencies, custodies
from shared.contracts.identity import CustodyTold
from shared.contracts.vocabulary import AccountState
from shared.database.transaction import Transaction


def take_custody(tx: Transaction, organisation_id: UUID, agency: str) -> None:
    """Make ``agency`` the custodian of an organisation, and publish it if that is new.

    Raises :class:`AccountsElsewhere` while another agency has open accounts of the organisation.
    """
    custody = _custody(tx, organisation_id)
    holder = _other_holder(tx, organisation_id, agency)
    if holder is not None:
        raise AccountsElsewhere(agency=holder)
    own = _is_itself(tx, organisation_id, agency)
    if custody is None:
        _tell(tx, tx.add(Custody(tx.new_id(), agency, organisation_id, own, since=tx.now)))
    elif custody.pass_to(agency, tx.now, own=own):
        _tell(tx, custody)


def settle_workspace(tx: Transaction, organisation_id: UUID | None, agency: str) -> None:
    """After an agency was added or edited: an organisation with its own workspace is its own custodian.

    An organisation whose accounts another agency holds stays in its custody.
    """
    if organisation_id is not None and _other_holder(tx, organisation_id, agency) is None:
        take_custody(tx, organisation_id, agency)


def leave_workspace(tx: Transaction, organisation_id: UUID | None, agency: str) -> None:
    """After an agency is no longer the organisation's own workspace: publish that it is another's."""
    if organisation_id is None:
        return
    custody = _custody(tx, organisation_id)
    if custody is not None and custody.agency == agency and custody.pass_to(agency, tx.now, own=False):
        _tell(tx, custody)


def _custody(tx: Transaction, organisation_id: UUID) -> Custody | None:
    known = tx.execute(sa.select(custodies.c.id).where(custodies.c.organisation_id == organisation_id))
    custody_id = known.scalar()
    return tx.get(Custody, custody_id) if custody_id is not None else None


def _other_holder(tx: Transaction, organisation_id: UUID, agency: str) -> str | None:
    """Another agency with open accounts of the organisation, if there is one."""
    held = (
        sa.select(accounts.c.agency)
        .where(
            accounts.c.organisation_id == organisation_id,
            accounts.c.agency != agency,
            accounts.c.state != AccountState.CLOSED,
        )
        .order_by(accounts.c.opened_at)
        .limit(1)
    )
    with tx.unhidden():
        holder: str | None = tx.execute(held).scalar()
    return holder


def _is_itself(tx: Transaction, organisation_id: UUID, agency: str) -> bool:
    """Whether the agency is the workspace of the organisation itself."""
    query = sa.select(agencies.c.organisation_id).where(agencies.c.agency == agency)
    return bool(tx.execute(query).scalar() == organisation_id)


def _tell(tx: Transaction, custody: Custody) -> None:
    tx.record(
        CustodyTold(
            custody_id=custody.id,
            organisation_id=custody.organisation_id,
            custodian=custody.agency,
            own=custody.own,
        )
    )
