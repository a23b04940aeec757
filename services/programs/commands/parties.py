"""Acting party of an actor, and checks on the partnership."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.programs.commands.authority import OfPartnership, permit
from services.programs.tables.partnerships import parties, partnerships
from shared.database.transaction import Transaction
from shared.identity.actor import NotAParty
from shared.identity.permissions import Role
from shared.refusal import Refusal


class UnknownPartnership(Refusal):
    """No signed partnership has that id, as far as this service has heard."""

    kind = "unknown"
    message = "There is no signed partnership with the id %(id)s."
    remedy = "Joint work needs a signed partnership. If it was signed just now, try again in a moment."


class PartnershipOver(Refusal):
    """An ended partnership begins nothing new."""

    kind = "conflict"
    message = "The partnership “%(title)s” has ended, so nothing new can begin in it."
    remedy = "Finish its running work, or form a new partnership first."


class PartyNotNamed(Refusal):
    """A coordinator acts for no party."""

    kind = "invalid"
    message = "A coordinator acts for no party, so the party must be given."
    remedy = "Choose the organisation, or ask its representative to record it."


class PartyNotBound(Refusal):
    """What is done for a partnership is done by those who are bound by it."""

    kind = "invalid"
    message = "The organisation %(id)s is not bound by this partnership."
    remedy = "Choose one of the partnership's parties that is not an observer."


class ActsOfAnother(Refusal):
    """A representative tells what the own organisation did."""

    kind = "forbidden"
    message = "A representative cannot record the work of another organisation."
    remedy = "Ask a representative of that organisation, or a coordinator of the agency, to record it."
    reason = "it is the work of another organisation"


class Partnership(NamedTuple):
    """A signed partnership, as this service has heard of it."""

    partnership_id: UUID
    agency: str
    title: str
    area: str
    ended: bool

    def require_open(self) -> None:
        """Refuse what would begin now in one that has ended; raises :class:`PartnershipOver`."""
        if self.ended:
            raise PartnershipOver(title=self.title)


# Built once: a statement takes longer to build than to run.
_PARTNERSHIP = sa.select(partnerships).where(partnerships.c.id == sa.bindparam("of", type_=sa.Uuid()))


def partnership_of(session: Session, partnership_id: UUID) -> Partnership:
    """A signed partnership; raises :class:`UnknownPartnership`."""
    row = session.connection().execute(_PARTNERSHIP, {"of": partnership_id}).one_or_none()
    if row is None:
        raise UnknownPartnership(id=str(partnership_id))
    return Partnership(row.id, row.agency, row.title, row.area, row.ended)


def today_of(tx: Transaction, thing: OfPartnership, *areas: str) -> date:
    """The latest day that has begun where a partnership works, in other areas, or where the users live."""
    return tx.today_in(partnership_of(tx.session, thing.partnership_id).area, *areas)


def parties_of(tx: Transaction, partnership_id: UUID) -> set[UUID]:
    """The organisations that are bound by the partnership: its parties without the observers."""
    query = sa.select(parties.c.organisation_id).where(
        parties.c.partnership_id == partnership_id, parties.c.role != "observer"
    )
    return set(tx.session.execute(query).scalars())


def acting_party(tx: Transaction, thing: OfPartnership) -> UUID:
    """The bound party for which a representative may do this; refuses everybody else."""
    party = _represented(tx, permit(tx, thing))
    if party is None:
        raise NotAParty
    return party


def party_that_acted(tx: Transaction, thing: OfPartnership, named: UUID | None) -> UUID:
    """The bound party that did something: a representative's own, or the one that a coordinator names.

    Raises :class:`PartyNotNamed`, :class:`PartyNotBound` and :class:`ActsOfAnother`.
    """
    roles = permit(tx, thing)
    own = _represented(tx, roles)
    if named in (None, own):
        if own is None:
            raise PartyNotNamed
        return own
    if Role.COORDINATOR not in roles:
        raise ActsOfAnother
    if named not in parties_of(tx, thing.partnership_id):
        raise PartyNotBound(id=str(named))
    return named


def _represented(tx: Transaction, roles: frozenset[str]) -> UUID | None:
    """The bound party for which somebody acts who may do so in these roles, if any."""
    return tx.actor.organisation if Role.REPRESENTATIVE in roles else None
