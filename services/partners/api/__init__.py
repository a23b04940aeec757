"""HTTP API of partners."""

from services.partners.api import (
    agreements,
    areas,
    boards,
    calendar,
    charters,
    commitments,
    contacts,
    meetings,
    organisations,
    partnerships,
    persons,
    trust,
)

OPERATIONS = (
    organisations.operations,
    persons.operations,
    partnerships.operations,
    charters.operations,
    agreements.operations,
    contacts.operations,
    boards.operations,
    meetings.operations,
    commitments.operations,
    trust.operations,
    calendar.operations,
    areas.operations,
)
