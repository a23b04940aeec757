"""Personal data declarations of the registry."""

from __future__ import annotations

import sqlalchemy as sa

from services.partners.commands.persons import let_go
from services.partners.tables.boards import boards, seats
from services.partners.tables.commitments import commitments
from services.partners.tables.contacts import contact_people, contacts
from services.partners.tables.meetings import attendances, meetings
from services.partners.tables.organisations import memberships, persons
from services.partners.tables.partnerships import parties, partnerships, signatures
from shared.privacy.personal import Personal, PersonalTable, RetentionPeriod

HISTORY = "to keep a true record of who did what; only the id refers to the person"


def _agency(of: sa.Table, id_column: sa.Column[object]) -> sa.ScalarSelect[str]:
    """The agency of the parent row."""
    return sa.select(of.c.agency).where(of.c.id == id_column).correlate(id_column.table).scalar_subquery()


PERSONAL = Personal(
    PersonalTable(
        persons,
        why="to know and to contact the people who act for organisations",
        person=persons.c.id,
        agency=persons.c.agency,
        personal={"name": "", "name_key": "", "email": None, "phone": None},
        keep=RetentionPeriod("keep_retired_persons_days", persons.c.retired_at),
    ),
    PersonalTable(
        memberships,
        why=HISTORY,
        person=memberships.c.person_id,
        agency=memberships.c.agency,
        keep=RetentionPeriod("keep_ended_memberships_days", memberships.c.until, drops=True),
    ),
    PersonalTable(seats, why=HISTORY, person=seats.c.holder, agency=_agency(boards, seats.c.board_id)),
    PersonalTable(
        attendances,
        why=HISTORY,
        person=attendances.c.holder,
        agency=_agency(meetings, attendances.c.meeting_id),
    ),
    PersonalTable(
        contact_people,
        why=HISTORY,
        person=contact_people.c.person_id,
        agency=_agency(contacts, contact_people.c.contact_id),
    ),
    PersonalTable(
        parties, why=HISTORY, person=parties.c.senior, agency=_agency(partnerships, parties.c.partnership_id)
    ),
    PersonalTable(
        signatures,
        why=HISTORY,
        person=signatures.c.person,
        agency=_agency(partnerships, signatures.c.partnership_id),
    ),
    PersonalTable(commitments, why=HISTORY, person=commitments.c.made_by, agency=commitments.c.agency),
    ends=let_go,
)
