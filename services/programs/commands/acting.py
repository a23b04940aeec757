"""For whom somebody acts in a partnership, and what this service has heard of that partnership."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.programs.tables.partnerships import parties, partnerships
from shared.backbone.transaction import Transaction
from shared.identity.actor import NotAParty
from shared.refusal import Refusal


class UnknownPartnership(Refusal):
    """No signed partnership has that id, as far as this service has heard."""

    kind = "unknown"
    message = "There is no signed partnership with the id %(id)s."
    remedy = "Joint work needs a signed partnership. If it was signed just now, try again in a moment."


class PartnershipOver(Refusal):
    """An ended partnership begins nothing new."""

    kind = "conflict"
    message = "The partnership “%(title)s” has ended, so nothing new begins in it."
    remedy = "Finish what runs, or form a new partnership first."


class OtherAgency(Refusal):
    """Each agency coordinates the partnerships that it registered."""

    kind = "forbidden"
    message = "This belongs to another agency, and its own coordinators look after it."
    remedy = "Ask a coordinator of that agency."


class PartyNotNamed(Refusal):
    """A coordinator acts for no party."""

    kind = "invalid"
    message = "A coordinator acts for no party, so the party that did this must be named."
    remedy = "Name the organisation, or let its own representative record it."


class PartyNotBound(Refusal):
    """What is done for a partnership is done by those who are bound by it."""

    kind = "invalid"
    message = "The organisation %(id)s is not bound by this partnership."
    remedy = "Name one of the partnership's parties; observers are bound to nothing."


class ActsOfAnother(Refusal):
    """A representative tells what the own organisation did."""

    kind = "forbidden"
    message = "A representative cannot record what another organisation did."
    remedy = "Let a representative of that organisation record it, or a coordinator of the agency."


class NotTheLead(Refusal):
    """Only the lead party, or a coordinator, decides this."""

    kind = "forbidden"
    message = "This is decided by a coordinator or by the lead party of the partnership."
    remedy = "Ask the lead party's representative or a coordinator of the agency."


def agency_of(tx: Transaction, partnership_id: UUID) -> str:
    """The agency in whose workspace the partnership is; raises :class:`UnknownPartnership`."""
    query = sa.select(partnerships.c.agency).where(partnerships.c.id == partnership_id)
    agency: str | None = tx.session.execute(query).scalar_one_or_none()
    if agency is None:
        raise UnknownPartnership(id=str(partnership_id))
    return agency


def open_agency_of(tx: Transaction, partnership_id: UUID) -> str:
    """The same for what begins now; raises :class:`PartnershipOver` too."""
    agency = agency_of(tx, partnership_id)
    query = sa.select(partnerships.c.title).where(
        partnerships.c.id == partnership_id, partnerships.c.ended.is_(True)
    )
    title = tx.session.execute(query).scalar_one_or_none()
    if title is not None:
        raise PartnershipOver(title=title)
    return agency


def parties_of(tx: Transaction, partnership_id: UUID) -> set[UUID]:
    """The organisations that are bound by the partnership: its parties without the observers."""
    query = sa.select(parties.c.organisation_id).where(
        parties.c.partnership_id == partnership_id, parties.c.role != "observer"
    )
    return set(tx.session.execute(query).scalars())


def acting_party(tx: Transaction, partnership_id: UUID) -> UUID:
    """The bound party for which a representative acts; raises ``RoleMissing`` and ``NotAParty``."""
    tx.actor.require("representative")
    organisation = tx.actor.organisation
    if organisation is None or organisation not in parties_of(tx, partnership_id):
        raise NotAParty
    return organisation


def own_coordinator(tx: Transaction, agency: str) -> None:
    """Refuse all but the coordinators of that agency; raises ``RoleMissing`` and :class:`OtherAgency`."""
    tx.actor.require("coordinator")
    if tx.actor.agency != agency:
        raise OtherAgency


def organiser(tx: Transaction, partnership_id: UUID) -> UUID | None:
    """The party that acts, or None for a coordinator of the partnership's agency.

    Who coordinates elsewhere may still act as a party's representative here. Raises ``RoleMissing``,
    ``NotAParty`` and :class:`OtherAgency` for others.
    """
    tx.actor.sign_in()
    if tx.actor.has("coordinator"):
        if tx.actor.agency == agency_of(tx, partnership_id):
            return None
        if not tx.actor.has("representative"):
            raise OtherAgency
    return acting_party(tx, partnership_id)


def party_that_acted(tx: Transaction, partnership_id: UUID, named: UUID | None) -> UUID:
    """The bound party that did something: a representative's own, or the one that a coordinator names.

    Raises :class:`PartyNotNamed`, :class:`PartyNotBound` and :class:`ActsOfAnother`.
    """
    own = organiser(tx, partnership_id)
    if own is not None:
        if named not in (None, own):
            raise ActsOfAnother
        return own
    if named is None:
        raise PartyNotNamed
    if named not in parties_of(tx, partnership_id):
        raise PartyNotBound(id=str(named))
    return named


def coordinator_or_lead(tx: Transaction, partnership_id: UUID) -> None:
    """Refuse all but the agency's coordinators and the lead party; other parties get :class:`NotTheLead`."""
    party = organiser(tx, partnership_id)
    if party is None:
        return
    query = sa.select(parties.c.role).where(
        parties.c.partnership_id == partnership_id, parties.c.organisation_id == party
    )
    if tx.session.execute(query).scalar_one() != "lead":
        raise NotTheLead
