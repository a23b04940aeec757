"""Event consumers of programs: organisations, agencies, partnerships, regulations."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.programs.tables.partnerships import agencies, decided, organisations, parties, partnerships
from services.programs.tables.umbrellas import umbrellas
from shared.contracts.identity import AgencyAmended, AgencyFounded
from shared.contracts.partners import (
    AttendanceCorrected,
    DecisionTaken,
    OrganisationAmended,
    OrganisationRegistered,
    PartnershipEnded,
    PartnershipSigned,
    PartyLeft,
)
from shared.contracts.products import (
    LegalUmbrellaLapsed,
    LegalUmbrellaRevoked,
    ProductPublished,
    ProductWithdrawn,
)
from shared.database.transaction import Transaction
from shared.events.projection import Projection

signed_partnerships = Projection("partnerships", tables=[partnerships, parties, organisations])
reporters = Projection("agencies", tables=[agencies])
decisions = Projection("decisions", tables=[decided])
legal_umbrellas = Projection("umbrellas", tables=[umbrellas])


@reporters.on(AgencyFounded)
def agency_founded(tx: Transaction, event: AgencyFounded) -> None:
    """Keep for which organisation it stands."""
    tx.insert(agencies, {"agency": event.slug, "organisation_id": event.organisation_id})


@reporters.on(AgencyAmended)
def agency_amended(tx: Transaction, event: AgencyAmended) -> None:
    """It stands for another one."""
    own = sa.update(agencies).where(agencies.c.agency == tx.agency)
    tx.execute(own, {"organisation_id": event.organisation_id})


@decisions.on(DecisionTaken)
def decision_taken(tx: Transaction, event: DecisionTaken) -> None:
    """A programme may say that it was closed by this."""
    row = {
        "id": event.outcome_id,
        "partnership_id": event.partnership_id,
        "meeting_id": event.meeting_id,
        "quorate": True,
    }
    tx.insert(decided, row)


@decisions.on(AttendanceCorrected)
def attendance_corrected(tx: Transaction, event: AttendanceCorrected) -> None:
    """What a meeting without a quorum wanted is no decision."""
    theirs = sa.update(decided).where(decided.c.meeting_id == event.meeting_id)
    tx.execute(theirs, {"quorate": event.quorate})


@signed_partnerships.on(OrganisationRegistered)
def organisation_registered(tx: Transaction, event: OrganisationRegistered) -> None:
    """Keep what the organisation is called; it may take over what a programme leaves."""
    _keep_organisation(tx, event.organisation_id, event.name, event.kind)
    known = sa.update(organisations).where(organisations.c.id == event.organisation_id)
    tx.execute(known, {"agency": tx.agency})


@signed_partnerships.on(PartnershipSigned)
def partnership_signed(tx: Transaction, event: PartnershipSigned) -> None:
    """Keep the partnership and its parties, as they signed last."""
    for table, key in ((parties, parties.c.partnership_id), (partnerships, partnerships.c.id)):
        tx.execute(sa.delete(table).where(key == event.partnership_id))
    tx.insert(
        partnerships,
        {
            "id": event.partnership_id,
            "agency": tx.agency,
            "title": event.title,
            "area": event.area,
            "ended": False,
        },
    )
    for party in event.parties:
        tx.insert(
            parties,
            {
                "partnership_id": event.partnership_id,
                "organisation_id": party.organisation_id,
                "name": party.organisation_name,
                "kind": party.kind,
                "role": party.role,
            },
        )
    for party in event.parties:
        _keep_organisation(tx, party.organisation_id, party.organisation_name, party.kind)


@signed_partnerships.on(PartyLeft)
def party_left(tx: Transaction, event: PartyLeft) -> None:
    """The organisation acts in the partnership no more."""
    tx.execute(
        sa.delete(parties).where(
            parties.c.partnership_id == event.partnership_id,
            parties.c.organisation_id == event.organisation_id,
        )
    )


@signed_partnerships.on(PartnershipEnded)
def partnership_ended(tx: Transaction, event: PartnershipEnded) -> None:
    """What runs may be finished; nothing new begins."""
    tx.execute(sa.update(partnerships).where(partnerships.c.id == event.partnership_id), {"ended": True})


@signed_partnerships.on(OrganisationAmended)
def organisation_amended(tx: Transaction, event: OrganisationAmended) -> None:
    """It is shown under the name that it has now, as a party too."""
    _keep_organisation(tx, event.organisation_id, event.name, event.kind)
    tx.execute(
        sa.update(parties).where(parties.c.organisation_id == event.organisation_id), {"name": event.name}
    )


@legal_umbrellas.on(ProductPublished)
def umbrella_published(tx: Transaction, event: ProductPublished) -> None:
    """Keep the regulation as it was published last; a newer version takes no revocation back."""
    if event.legal is None:
        return
    facts = {
        "title": event.title,
        "number": event.legal.number,
        "product_version": event.product_version,
        "in_force_from": event.legal.in_force_from,
        "in_force_until": event.legal.in_force_until,
        "lapsed": False,
        "withdrawn": False,
    }
    known = sa.update(umbrellas).where(umbrellas.c.id == event.product_id)
    if not tx.execute(known, facts).rowcount:
        tx.insert(umbrellas, {"id": event.product_id, "revoked_on": None, **facts})


@legal_umbrellas.on(LegalUmbrellaRevoked)
def umbrella_revoked(tx: Transaction, event: LegalUmbrellaRevoked) -> None:
    """From that day on it is in force no longer."""
    known = sa.update(umbrellas).where(umbrellas.c.id == event.product_id)
    tx.execute(known, {"revoked_on": event.on})


@legal_umbrellas.on(LegalUmbrellaLapsed)
def umbrella_lapsed(tx: Transaction, event: LegalUmbrellaLapsed) -> None:
    """Its last day in force has passed."""
    known = sa.update(umbrellas).where(umbrellas.c.id == event.product_id)
    tx.execute(known, {"lapsed": True, "in_force_until": event.in_force_until})


@legal_umbrellas.on(ProductWithdrawn)
def umbrella_withdrawn(tx: Transaction, event: ProductWithdrawn) -> None:
    """The version that is known is not to be used any more."""
    known = sa.update(umbrellas).where(
        umbrellas.c.id == event.product_id, umbrellas.c.product_version == event.product_version
    )
    tx.execute(known, {"withdrawn": True})


def _keep_organisation(tx: Transaction, organisation_id: UUID, name: str, kind: str) -> None:
    known = sa.update(organisations).where(organisations.c.id == organisation_id)
    if not tx.execute(known, {"name": name, "kind": kind}).rowcount:
        tx.insert(organisations, {"id": organisation_id, "name": name, "kind": kind})
