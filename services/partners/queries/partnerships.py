"""Queries of partnerships, charters and timelines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.partners.model.charter import Charter, Part, changes
from services.partners.model.partnership import Partnership
from services.partners.queries.organisations import lies_within
from services.partners.queries.timeline import visible_timeline
from services.partners.tables.agreements import agreements
from services.partners.tables.boards import boards
from services.partners.tables.commitments import commitments
from services.partners.tables.contacts import ceremonies, contacts
from services.partners.tables.custodians import CUSTODIANS
from services.partners.tables.meetings import meetings
from services.partners.tables.organisations import organisations
from services.partners.tables.partnerships import parties, partnerships
from services.partners.tables.trust import trust_rounds
from services.partners.visibility import agreements_seen_by, contacts_seen_by
from shared.contracts.audience import Audience
from shared.contracts.envelope import Envelope
from shared.contracts.event import latest
from shared.contracts.vocabulary import PartnershipState
from shared.database import outbox, reading
from shared.identity.actor import Actor
from shared.rows.viewer import ActorViewer

# Each has a column partnership_id, and its id is that of an aggregate; whoever sees the partnership sees it.
TABLES_OF_A_PARTNERSHIP: tuple[sa.Table, ...] = (
    ceremonies,
    boards,
    meetings,
    commitments,
    trust_rounds,
)

# Built once: a statement takes longer to build than to run.
_AREA = sa.select(partnerships.c.area).where(partnerships.c.id == sa.bindparam("of", type_=sa.Uuid()))


@dataclass(frozen=True, slots=True)
class PartnershipFilter:
    """A filter of partnerships: in a state, in an area, of an organisation, with words."""

    state: PartnershipState | None = None
    area: str | None = None
    organisation_id: UUID | None = None
    q: str | None = None


class Custodian(NamedTuple):
    """The agency that opens the accounts of a party, and whether that is the party's own workspace.

    ``own`` is None while identity has told no custodian: then ``agency`` is the one that registered the
    organisation.
    """

    organisation_id: UUID
    organisation_name: str
    agency: str
    own: bool | None


def partnership(session: Session, partnership_id: UUID) -> Partnership:
    """One partnership with its parties and charters; raises ``UnknownAggregate``."""
    return reading.find_one(session, Partnership, partnership_id)


def list_partnerships(
    session: Session, wanted: PartnershipFilter, actor: Actor, after: UUID | None, limit: int
) -> list[Partnership]:
    """Partnerships in the order in which they were formed."""
    query = sa.select(Partnership).order_by(partnerships.c.id).limit(limit)
    if after is not None:
        query = query.where(partnerships.c.id > after)
    if wanted.state is not None:
        query = query.where(partnerships.c.state == wanted.state)
    if wanted.area is not None:
        query = query.where(lies_within(partnerships.c.area, wanted.area))
    if wanted.q is not None:
        query = query.where(reading.has_words(partnerships.c.search_key, wanted.q))
    if wanted.organisation_id is not None:
        theirs = sa.select(parties.c.partnership_id).where(
            parties.c.organisation_id == wanted.organisation_id,
            parties.c.left_at.is_(None),
            # Only invitations of the reader's own organisation.
            sa.or_(parties.c.accepted_at.is_not(None), parties.c.organisation_id == actor.organisation),
        )
        query = query.where(partnerships.c.id.in_(theirs))
    return list(session.scalars(query))


def area_of(session: Session, aggregate: object) -> str | None:
    """The area of the partnership to which an aggregate belongs, or its own; None if it has none."""
    within = getattr(aggregate, "partnership_id", None)
    if within is None:
        return getattr(aggregate, "area", None)
    return session.connection().scalar(_AREA, {"of": within})


def custodians(session: Session, partnership_id: UUID) -> list[Custodian]:
    """Which agency opens the accounts of each party that takes part; raises ``UnknownAggregate``."""
    taking_part = partnership(session, partnership_id).taking_part
    told = CUSTODIANS.table
    query = (
        sa.select(organisations.c.id, sa.func.coalesce(told.c.agency, organisations.c.agency), told.c.own)
        .join_from(organisations, told, told.c.organisation_id == organisations.c.id, isouter=True)
        .where(organisations.c.id.in_([party.organisation_id for party in taking_part]))
    )
    held = {organisation: (agency, own) for organisation, agency, own in session.execute(query)}
    return [
        Custodian(party.organisation_id, party.organisation_name, *held[party.organisation_id])
        for party in taking_part
    ]


def charter_changes(
    session: Session, partnership_id: UUID, number: int, since: int | None
) -> tuple[Charter, Charter, dict[str, list[Part]]]:
    """The changes in a version since an earlier one (by default the previous one).

    Version 1 has no changes since itself. Raises ``CharterUnknown``.
    """
    known_partnership = partnership(session, partnership_id)
    after = known_partnership.charter_numbered(number)
    before = known_partnership.charter_numbered(max(1, number - 1) if since is None else since)
    return before, after, changes(before, after)


def partnership_timeline(session: Session, partnership_id: UUID, actor: Actor) -> list[Envelope]:
    """Everything that happened to a partnership and its parts that the actor may see, oldest first.

    Raises ``UnknownAggregate``.
    """
    inside = partnership(session, partnership_id).is_inside(actor)
    selects = [
        sa.select(table.c.id).where(table.c.partnership_id == partnership_id)
        for table in TABLES_OF_A_PARTNERSHIP
    ]
    selects.append(
        sa.select(agreements.c.id).where(
            agreements.c.partnership_id == partnership_id, agreements_seen_by(ActorViewer(actor))
        )
    )
    selects.append(
        sa.select(contacts.c.id).where(
            contacts.c.partnership_id == partnership_id, contacts_seen_by(ActorViewer(actor))
        )
    )
    itself = sa.select(partnerships.c.id).where(partnerships.c.id == partnership_id)
    # A single subquery, so that the index on the events' aggregates is used.
    events = outbox.history(session, sa.select(sa.union_all(itself, *selects).subquery().c.id))
    return visible_timeline(
        session,
        [envelope for envelope in events if inside or latest(envelope.event_type).told_to is Audience.PUBLIC],
        actor,
    )
