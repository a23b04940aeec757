"""The registry over HTTP."""

from fastapi import APIRouter

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

# The routes as they are: an included router is matched a second time on every request.
router = APIRouter(
    routes=[
        *organisations.router.routes,
        *persons.router.routes,
        *partnerships.router.routes,
        *charters.router.routes,
        *agreements.router.routes,
        *contacts.router.routes,
        *boards.router.routes,
        *meetings.router.routes,
        *commitments.router.routes,
        *trust.router.routes,
        *calendar.router.routes,
        *areas.router.routes,
    ]
)
