"""Personal data API: export of a person's data, for that person and the agency's administrators."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from shared.host.runtime import runtime_of
from shared.http.audit import record_export
from shared.http.door import DoorDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import Relation, Role, by_people, may

operations = Operations("personal data")


class PersonalDataOut(BaseModel):
    """All rows that a service holds about a person in an agency, by table, without secrets."""

    service: str
    person: str
    agency: str
    held: dict[str, list[dict[str, Any]]]


@operations.get(
    "/personal-data/{person_id}",
    may=by_people(may(Role.ANYBODY, of=Relation.OWN) + may(Role.ADMINISTRATOR, of=Relation.OWN_AGENCY)),
    label=N_("export the data held about a person"),
)
async def export_personal_data(person_id: UUID, door: DoorDep, response: Response) -> PersonalDataOut:
    """Export all data held here about yourself, or a person of your agency (administrator)."""
    person = str(person_id)
    ties = {Relation.OWN_AGENCY} | ({Relation.OWN} if door.actor.person == person else set())
    door.context.permission.require(door.actor, ties)
    runtime, agency = runtime_of(door), door.actor.agency
    personal = runtime.service.personal
    # Read as the system: these are the person's own rows, whatever they could see otherwise.
    held = await runtime.database.read(lambda session: personal.held(session, person, agency))
    await record_export(door, "json")
    response.headers["Cache-Control"] = "no-store"
    return PersonalDataOut(service=runtime.service.name, person=person, agency=agency, held=held)
