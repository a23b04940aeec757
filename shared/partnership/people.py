"""Memberships: a service's copy of who belongs to which organisation, by ids."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from shared.contracts.partners import MembershipBegan, MembershipEnded
from shared.database.transaction import Transaction
from shared.events.projection import Projection
from shared.identity.permissions import Role
from shared.partnership.refusals import LeftTheOrganisation


class People:
    """The table in a service's metadata, the projection that keeps it, and its queries."""

    def __init__(self, metadata: sa.MetaData, organisations: sa.Table) -> None:
        self.table = sa.Table(
            "people",
            metadata,
            sa.Column("member", sa.Uuid, primary_key=True),
            sa.Column("organisation_id", sa.Uuid, primary_key=True),
            sa.Column("belongs", sa.Boolean, nullable=False),
            # None for events before the column existed, until the copy has been rebuilt.
            sa.Column("agency", sa.Text),
        )
        agency = self.table.c.agency
        # Built once: a statement takes longer to build than to run.
        self._of_member = sa.select(self.table.c.organisation_id, self.table.c.belongs).where(
            self.table.c.member == sa.bindparam("of", type_=sa.Uuid()),
            sa.or_(
                agency == sa.bindparam("within", type_=sa.Text()),
                # An organisation with a workspace of its own keeps the people that were registered for it.
                agency
                == sa.select(organisations.c.agency)
                .where(organisations.c.id == sa.bindparam("organisation", type_=sa.Uuid()))
                .scalar_subquery(),
                agency.is_(None),
            ),
        )
        self.projection = Projection("people", tables=[self.table])
        self.projection.on(MembershipBegan)(self._began)
        self.projection.on(MembershipEnded)(self._ended)

    def belongs(self, tx: Transaction, person: str, organisation_id: UUID | None) -> bool:
        """Whether a person of the actor's agency is known to be a member of an organisation."""
        return self._memberships(tx, person).get(organisation_id, False)

    def still(self, tx: Transaction, roles: frozenset[str]) -> frozenset[str]:
        """The roles without that of a representative, if the registry knows that the person left.

        People unknown to the registry cannot be checked. Raises :class:`LeftTheOrganisation` if no role is
        left.
        """
        person, organisation = tx.actor.person, tx.actor.organisation
        if Role.REPRESENTATIVE not in roles:
            return roles
        known = self._memberships(tx, person)
        if not known or known.get(organisation, False):
            return roles
        if roles == {Role.REPRESENTATIVE}:
            raise LeftTheOrganisation
        return roles - {Role.REPRESENTATIVE}

    def _memberships(self, tx: Transaction, person: str) -> dict[UUID | None, bool]:
        """The organisations of which a person is or was a member, and whether they are today.

        Only the agency that registered a person, or the actor's organisation, is trusted: accounts of others
        may have any id.
        """
        try:
            member = UUID(person)
        except ValueError:
            return {}  # actors unknown to the registry cannot be checked
        asked = {"of": member, "within": tx.actor.agency, "organisation": tx.actor.organisation}
        return dict(tx.execute(self._of_member, asked).all())  # type: ignore[arg-type]

    def _began(self, tx: Transaction, event: MembershipBegan) -> None:
        self._keep(tx, event.member, event.organisation_id, belongs=True)

    def _ended(self, tx: Transaction, event: MembershipEnded) -> None:
        self._keep(tx, event.member, event.organisation_id, belongs=False)

    def _keep(self, tx: Transaction, member: UUID, organisation_id: UUID, *, belongs: bool) -> None:
        row = {"member": member, "organisation_id": organisation_id, "belongs": belongs, "agency": tx.agency}
        tx.upsert(self.table, row)
