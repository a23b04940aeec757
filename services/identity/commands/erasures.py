"""Erasure of persons, ordered by an administrator or by themselves."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.identity.commands.accounts import close_for_erasure
from services.identity.commands.authority import own, require_power_over, take_turns
from services.identity.commands.fields import Password
from services.identity.commands.own_account import Proof, unproven
from services.identity.commands.sign_in import Refused
from services.identity.model.account import Account, OwnAccount
from services.identity.model.erasure import ErasedAlready, Erasure
from services.identity.tables.accounts import accounts
from services.identity.tables.erasures import erasures
from shared.command import Command
from shared.contracts.identity import PersonErased
from shared.contracts.vocabulary import WhyErased
from shared.database.transaction import Transaction
from shared.identity.permissions import Relation, Role
from shared.privacy import erased


class ErasePerson(Command):
    """Erase a person's personal data in every service of your agency (administrator).

    The person need not have an account. Their actions stay on record, without a name. ``why`` is the legal
    ground; do not write into any free-text field who asked for it and why.
    """

    person_id: UUID
    why: WhyErased = WhyErased.ASKED


class EraseMyself(Command):
    """Close your account and erase your personal data in every service; your actions stay on record."""

    password: Password


def erase_person(tx: Transaction, command: ErasePerson) -> Erasure:
    """Erase a person in the actor's agency; another agency may know the same person and keep its data."""
    tx.permit({Relation.OWN_AGENCY})
    if str(command.person_id) == tx.actor.person:
        raise OwnAccount
    take_turns(tx)
    for account in _accounts(tx, command.person_id):
        require_power_over(tx, account)
    return _order(tx, command.person_id, command.why)


def erase_myself(tx: Transaction, _command: EraseMyself, proof: Proof) -> Erasure | Refused:
    """Erase the actor. Another administrator erases an administrator, so that an agency keeps one."""
    account = own(tx)
    if refused := unproven(tx, account, proof):
        return refused
    if any(Role.ADMINISTRATOR in own.roles for own in _accounts(tx, account.person_id)):
        raise OwnAccount
    return _order(tx, account.person_id, WhyErased.ASKED)


def _order(tx: Transaction, person_id: UUID, why: WhyErased) -> Erasure:
    """Close the person's accounts at once; each service erases its data when it receives the order."""
    known = sa.select(erasures.c.id).where(erasures.c.agency == tx.agency, erasures.c.person_id == person_id)
    if (earlier := tx.execute(known).scalar()) is not None:
        raise ErasedAlready(erasure=str(earlier))
    erasure = tx.add(Erasure(tx.new_id(), tx.agency, person_id, why, tx.now, tx.actor.person))
    for account in _accounts(tx, person_id):
        close_for_erasure(tx, account)
    tx.record(PersonErased(erasure_id=erasure.id, whom=person_id, why=why))
    tx.session.flush()
    erased.note(tx, str(person_id), erasure.id)
    return erasure


def _accounts(tx: Transaction, person_id: UUID) -> list[Account]:
    """All accounts of the person in the agency."""
    theirs = sa.and_(accounts.c.person_id == person_id, accounts.c.agency == tx.agency)
    rows = tx.execute(sa.select(accounts.c.id).where(theirs).order_by(accounts.c.id))
    return [tx.reach(Account, account_id) for (account_id,) in rows.all()]
