"""A service's own copy of the registry: its tables, what keeps them, and who acts and sees by them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.database.transaction import Transaction
from shared.identity.actor import Actor, NotAParty
from shared.identity.permissions import Relation, Role
from shared.partnership.custodians import Custodians
from shared.partnership.people import People
from shared.partnership.projection import registry_projection
from shared.partnership.refusals import (
    ActsOfAnother,
    PartnershipOver,
    PartyNotBound,
    PartyNotNamed,
    UnknownPartnership,
)
from shared.partnership.tables import Tables
from shared.rows.viewer import ActorViewer, Column, Condition, Viewer, all_of, any_of, some


class OfPartnership(Protocol):
    """A row that belongs to a partnership, in the workspace of an agency."""

    @property
    def agency(self) -> str:
        """The agency in whose workspace it is."""

    @property
    def partnership_id(self) -> UUID:
        """The partnership to which it belongs."""


class Partnership(NamedTuple):
    """A signed partnership in a service's copy."""

    partnership_id: UUID
    agency: str
    title: str
    area: str
    ended: bool

    def require_open(self) -> None:
        """Refuse new work in an ended partnership; raises :class:`PartnershipOver`."""
        if self.ended:
            raise PartnershipOver(title=self.title)


class RegistryCopy:
    """Signed partnerships, parties, organisations, memberships and custodians, kept by ``projections``.

    Who acts: a representative acts for their organisation if it is bound (a party that is no observer),
    unless the registry knows that they left it. A coordinator acts for the agency in whose workspace the
    partnership is, and for no party. Who sees: staff of that agency, and representatives of all parties,
    including observers. When a partnership ends, its parties stay as they were.
    """

    def __init__(self, metadata: sa.MetaData) -> None:
        self.metadata = metadata
        self.tables = Tables(metadata)
        self.people = People(metadata, self.tables.organisations)
        self.custodians = Custodians(metadata)
        self.projections = (
            registry_projection(self.tables),
            self.people.projection,
            self.custodians.projection,
        )
        parties, partnerships = self.tables.parties, self.tables.partnerships
        self._registered_by = sa.select(self.tables.organisations.c.agency).where(
            self.tables.organisations.c.id == sa.bindparam("of", type_=sa.Uuid())
        )
        # Built once: a statement takes longer to build than to run.
        self._role = sa.select(parties.c.role).where(
            parties.c.partnership_id == sa.bindparam("within", type_=sa.Uuid()),
            parties.c.organisation_id == sa.bindparam("own", type_=sa.Uuid()),
        )
        self._bound = sa.select(parties.c.organisation_id).where(
            parties.c.partnership_id == sa.bindparam("within", type_=sa.Uuid()), self.tables.bound
        )
        self._partnership = sa.select(partnerships).where(
            partnerships.c.id == sa.bindparam("of", type_=sa.Uuid())
        )

    # --- what is known -----------------------------------------------------------------------------

    def partnership(self, session: Session, partnership_id: UUID) -> Partnership:
        """A signed partnership; raises :class:`UnknownPartnership`."""
        row = session.connection().execute(self._partnership, {"of": partnership_id}).one_or_none()
        if row is None:
            raise UnknownPartnership(id=str(partnership_id))
        return Partnership(row.id, row.agency, row.title, row.area, row.ended)

    def area_of(self, session: Session, thing: object) -> str | None:
        """The area of the partnership to which something belongs; None if none is known."""
        within = getattr(thing, "partnership_id", None)
        row = (
            session.connection().execute(self._partnership, {"of": within}).one_or_none() if within else None
        )
        return row.area if row is not None else None

    def bound_by(self, session: Session, partnership_id: UUID) -> set[UUID]:
        """The organisations that are bound by a partnership: its parties without the observers."""
        return set(session.connection().scalars(self._bound, {"within": partnership_id}))

    def today_of(self, tx: Transaction, thing: OfPartnership, *areas: str) -> date:
        """The latest current day where a partnership works, in ``areas``, or in the users' time zone."""
        return tx.today_in(self.partnership(tx.session, thing.partnership_id).area, *areas)

    # --- who acts ----------------------------------------------------------------------------------

    def relations(self, session: Session, actor: Actor, thing: OfPartnership) -> set[Relation]:
        """The relations of the actor to the partnership of something; an observer is not bound."""
        ties = {Relation.OWN_AGENCY} if actor.agency == thing.agency else set()
        asked = {"within": thing.partnership_id, "own": actor.organisation}
        role = session.connection().scalar(self._role, asked) if actor.organisation else None
        if role not in (None, "observer"):
            ties.add(Relation.PARTY)
        if role == "lead":
            ties.add(Relation.LEAD)
        return ties

    def permit(self, tx: Transaction, thing: OfPartnership) -> frozenset[str]:
        """Refuse an actor who may not do this in that partnership; returns the roles in which they may."""
        return self.people.still(tx, tx.permit(self.relations(tx.session, tx.actor, thing)))

    def acting_party(self, tx: Transaction, thing: OfPartnership) -> UUID:
        """The bound party that a representative may do this for; refuses everybody else."""
        party = represented(tx, self.permit(tx, thing))
        if party is None:
            raise NotAParty
        return party

    def party_that_acted(self, tx: Transaction, thing: OfPartnership, named: UUID | None) -> UUID:
        """The bound party that did something: a representative's own, or the one that a coordinator names.

        Raises :class:`PartyNotNamed`, :class:`PartyNotBound` and :class:`ActsOfAnother`.
        """
        roles = self.permit(tx, thing)
        own = represented(tx, roles)
        if named in (None, own):
            if own is None:
                raise PartyNotNamed
            return own
        if Role.COORDINATOR not in roles:
            raise ActsOfAnother
        if named not in self.bound_by(tx.session, thing.partnership_id):
            raise PartyNotBound(id=str(named))
        return named

    def require_other_custodian(
        self,
        tx: Transaction,
        thing: OfPartnership,
        owner: UUID | None,
        history: Iterable[Envelope],
        *work: type[Event],
    ) -> None:
        """Refuse a judge whose account the custodian of the work opened: two parties would be one hand.

        ``work`` are the events of the ``history`` by which the accounts of ``owner`` did it.
        """
        registered_by = tx.execute(self._registered_by, {"of": owner}).scalar() or thing.agency
        self.custodians.require_another(tx, owner, registered_by, history, work)

    # --- who sees ----------------------------------------------------------------------------------

    def works_within(self, viewer: Viewer, agency: Column, partnership_id: Column) -> Condition:
        """Whether the viewer works in a partnership: for its agency, or for one of its parties."""
        parties = self.tables.parties
        takes_part = some(
            parties,
            where=(parties.c.partnership_id == partnership_id, viewer.represents(parties.c.organisation_id)),
        )
        return any_of(viewer.works_for(agency), takes_part)

    def acts_within(self, viewer: Viewer, agency: Column, partnership_id: Column) -> Condition:
        """Whether the viewer acts in a partnership: as its agency's coordinator, or for a bound party."""
        parties = self.tables.parties
        is_bound = some(
            parties,
            where=(
                parties.c.partnership_id == partnership_id,
                self.tables.bound,
                viewer.represents(parties.c.organisation_id),
            ),
        )
        return any_of(all_of(viewer.has(Role.COORDINATOR), viewer.is_of(agency)), is_bound)

    def works_on(self, session: Session, actor: Actor, thing: OfPartnership) -> bool:
        """The same for a loaded object."""
        agency, partnership_id = sa.literal(thing.agency), sa.literal(thing.partnership_id, sa.Uuid())
        condition = self.works_within(ActorViewer(actor), agency, partnership_id)
        return session.connection().scalar(sa.select(sa.true()).where(condition)) is not None


def represented(tx: Transaction, roles: frozenset[str]) -> UUID | None:
    """The bound party of an actor who may act in these roles, if any."""
    return tx.actor.organisation if Role.REPRESENTATIVE in roles else None
