"""Row visibility of the registry: public once a partnership is signed, before that for its parties."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from services.partners.model.agreement import Agreement
from services.partners.model.board import Board
from services.partners.model.commitment import Commitment
from services.partners.model.contact import Ceremony, Contact
from services.partners.model.meeting import Meeting
from services.partners.model.partnership import Partnership
from services.partners.model.person import Membership, Person
from services.partners.model.trust import TrustRound
from services.partners.permissions import THEIR_READERS
from services.partners.tables.agreements import agreement_signatories, agreements
from services.partners.tables.boards import boards, seats
from services.partners.tables.commitments import commitments
from services.partners.tables.contacts import ceremonies, contacts
from services.partners.tables.meetings import meetings
from services.partners.tables.organisations import memberships, persons
from services.partners.tables.partnerships import charters, parties, partnerships
from services.partners.tables.trust import trust_rounds
from shared.rows.viewer import Condition, Viewer, all_of, any_of, some

# What belongs to a partnership is visible with the partnership; contacts are restricted further.
BELONGING: tuple[tuple[type, sa.Table], ...] = (
    (Agreement, agreements),
    (Ceremony, ceremonies),
    (Board, boards),
    (Meeting, meetings),
    (Commitment, commitments),
    (TrustRound, trust_rounds),
)
SIGNED = some(
    charters, where=(charters.c.partnership_id == partnerships.c.id, charters.c.endorsed_at.is_not(None))
)
"""Whether a partnership was ever signed, even if it has ended."""


def visible(viewer: Viewer) -> Mapping[type, Condition]:
    """Hides what is not public: unsigned partnerships, contacts, and persons (except oneself)."""
    ways = _ways(viewer)
    return {
        Partnership: any_of(*ways),
        **{kind: _within(table, *ways) for kind, table in BELONGING},
        Agreement: agreements_seen_by(viewer),
        Contact: contacts_seen_by(viewer),
        Person: all_of(
            viewer.is_of(persons.c.agency), any_of(viewer.has(*THEIR_READERS), viewer.is_person(persons.c.id))
        ),
        Membership: _memberships(viewer),
    }


def contacts_seen_by(viewer: Viewer) -> Condition:
    """Contacts are for the agency's own staff and for the representatives of parties that take part."""
    return _within(contacts, *_takes_part(viewer, parties.c.accepted_at.is_not(None)))


def _takes_part(viewer: Viewer, *more: Condition) -> tuple[Condition, Condition]:
    """The partnerships in which the viewer's agency or organisation takes part, or is invited to."""
    as_party = (
        parties.c.partnership_id == partnerships.c.id,
        viewer.represents(parties.c.organisation_id),
        parties.c.left_at.is_(None),
        *more,
    )
    return viewer.works_for(partnerships.c.agency), some(parties, where=as_party)


def _is_seated(viewer: Viewer) -> Condition:
    """The partnerships on whose boards the viewer holds a seat for a party, in whatever role."""
    theirs, holders = boards.alias(), persons.alias()  # both conditions also refer to the class itself
    seated = (
        theirs.c.partnership_id == partnerships.c.id,
        seats.c.board_id == theirs.c.id,
        viewer.is_person(seats.c.holder),
        seats.c.ended_on.is_(None),
        # Trusted only from the agency that registered the person.
        holders.c.id == seats.c.holder,
        viewer.is_of(holders.c.agency),
    )
    return some(theirs, seats, holders, where=seated)


def _ways(viewer: Viewer) -> tuple[Condition, ...]:
    return (SIGNED, *_takes_part(viewer), _is_seated(viewer))


def agreements_seen_by(viewer: Viewer) -> Condition:
    """Like what belongs to a partnership, but only inside it until each signatory has confirmed."""
    awaited = agreement_signatories.alias()
    unconfirmed = some(
        awaited, where=(awaited.c.agreement_id == agreements.c.id, awaited.c.confirmed_at.is_(None))
    )
    return any_of(
        all_of(_within(agreements, *_ways(viewer)), ~unconfirmed), _within(agreements, *_takes_part(viewer))
    )


def _within(table: sa.Table, *ways: Condition) -> Condition:
    """Whether a row belongs to a partnership that is visible in one of these ways."""
    same = partnerships.c.id == table.c.partnership_id
    return any_of(*(some(partnerships, where=(same, way)) for way in ways))


def _memberships(viewer: Viewer) -> Condition:
    """The agency's own for its staff; those of an organisation for its representatives."""
    ours = all_of(viewer.has(*THEIR_READERS), viewer.is_of(memberships.c.agency))
    return any_of(ours, viewer.represents(memberships.c.organisation_id))
