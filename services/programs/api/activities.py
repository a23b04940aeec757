"""Activities over HTTP."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import Response

from services.programs.commands import activities as commands
from services.programs.model.activity import Activity, Breach, Intensity
from services.programs.model.umbrella import Standing
from services.programs.permissions import PARTY
from services.programs.queries import activities as queries
from shared.contracts.programs import Impact, Means, Phase, Prohibition
from shared.fields import AreaCode, Day, Line, Note, Prose, ReasonIn, RequestBody, Slug
from shared.http.door import Door, DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("activities")
State = Literal["recorded", "retracted"]


class BreachIn(RequestBody):
    """A prohibition of police–community forums that was hit, and what happened."""

    prohibition: Prohibition
    note: Prose


class ActivityIn(RequestBody):
    """What was done: by which means, how intense (1 inform, 2 assist, 3 mediate, 4 restrict, 5 coerce).

    The impact is that of the problem, where one is named; from intensity 4 on one of the two is needed.
    ``legal_umbrella`` is the id of such a product, once it was published.
    """

    program_id: UUID
    stage_id: UUID | None = None
    problem_id: UUID | None = None
    title: Line
    means: Means
    intensity: Annotated[int, Field(ge=1, le=5)]
    phase: Phase
    impact: Impact | None = None
    legal_umbrella: UUID | None = None
    legal_citation: Note = ""
    area: AreaCode
    on: Day
    reached: Annotated[int, Field(ge=0, le=10**9)] = 0
    audience: Slug
    trained: list[UUID] = Field(default=[], max_length=1000)
    prohibitions: list[BreachIn] = Field(default=[], max_length=5)

    def command(self) -> commands.RecordActivity:
        """What is asked for."""
        values = dict(self)
        breaches = tuple(Breach(one.prohibition, one.note) for one in values.pop("prohibitions"))
        return commands.RecordActivity(**values | {"trained": tuple(self.trained)}, breaches=breaches)


class BreachOut(BaseModel):
    """A prohibition that was hit, and what happened."""

    prohibition: str
    note: str


class LegalOut(BaseModel):
    """The regulation under which something was done: how it stands with it today, and that day."""

    id: UUID
    title: str
    number: str
    standing: Standing
    in_force_on_that_day: bool


class ActivityOut(BaseModel):
    """What was done, and whether it still counts.

    ``legal`` is null without a legal umbrella, and while what is known of it is being heard anew.
    """

    id: UUID
    program_id: UUID
    partnership_id: UUID
    stage_id: UUID | None
    problem_id: UUID | None
    organisation_id: UUID
    recorded_at: AwareDatetime
    title: str
    means: Means
    intensity: int
    intensity_name: str
    phase: Phase
    impact: Impact | None
    legal_umbrella: UUID | None
    legal: LegalOut | None
    legal_citation: str
    area: str
    on: date
    reached: int
    audience: str
    trained: list[UUID]
    prohibitions: list[BreachOut]
    state: str
    retracted_reason: str

    @classmethod
    def of(cls, activity: Activity, today: date) -> Self:
        """The view of an activity."""
        more: dict[str, Any] = {
            "legal": _legal(activity, today),
            "intensity_name": Intensity(activity.intensity).word,
            "prohibitions": [
                BreachOut(prohibition=one, note=note) for one, note in activity.breaches.items()
            ],
        }
        return cls.model_validate(vars(activity) | more)


def _legal(activity: Activity, today: date) -> LegalOut | None:
    umbrella = activity.umbrella
    if umbrella is None:
        return None
    return LegalOut(
        id=umbrella.id,
        title=umbrella.title,
        number=umbrella.number,
        standing=umbrella.standing(today),
        in_force_on_that_day=umbrella.in_force(activity.on),
    )


def _view(door: Door) -> partial[ActivityOut]:
    """How activities are shown today."""
    now = door.runtime.clock.now()
    return partial(ActivityOut.of, today=now.astimezone(door.runtime.settings.time_zone).date())


@operations.post(
    "/activities", may=PARTY, label=N_("record an activity"), status_code=201, response_model=ActivityOut
)
async def record_activity(body: ActivityIn, door: DoorDep) -> Response:
    """Record what one's own organisation did (role representative, of a bound party)."""
    return await door.create(commands.record_activity, body.command(), _view(door))


@operations.get("/activities", may=PUBLIC)
async def list_activities(
    door: DoorDep,
    paging: PageDep,
    program_id: UUID | None = None,
    partnership_id: UUID | None = None,
    stage_id: UUID | None = None,
    problem_id: UUID | None = None,
    organisation_id: UUID | None = None,
    means: Means | None = None,
    phase: Phase | None = None,
    state: State | None = None,
    since: Day | None = None,
    until: Day | None = None,
) -> Page[ActivityOut]:
    """List activities; ``since`` and ``until`` are days, both included."""
    wanted = {
        "program_id": program_id,
        "partnership_id": partnership_id,
        "stage_id": stage_id,
        "problem_id": problem_id,
        "organisation_id": organisation_id,
        "means": means,
        "phase": phase,
        "state": state,
    }
    found = await door.read(queries.list_activities, wanted, since, until, paging.after, paging.limit + 1)
    return paging.page(found, _view(door), lambda one: one.id)


@operations.get("/activities/{activity_id}", may=PUBLIC)
async def show_activity(activity_id: UUID, door: DoorDep, response: Response) -> ActivityOut:
    """Show one activity."""
    found = await door.read(queries.activity, activity_id)
    response.headers["ETag"] = etag(found.version)
    return _view(door)(found)


@operations.post(
    "/activities/{activity_id}/retract",
    may=PARTY,
    label=N_("retract an activity"),
    response_model=ActivityOut,
)
async def retract_activity(activity_id: UUID, body: ReasonIn, door: DoorDep) -> Response:
    """Take an activity of one's own organisation back, for a reason; it stays readable."""
    command = commands.RetractActivity(activity_id, body.reason)
    return await door.do(commands.retract_activity, command, _view(door))


@operations.get("/activities/{activity_id}/timeline", may=PUBLIC)
async def show_activity_timeline(activity_id: UUID, door: DoorDep) -> list[Happened]:
    """What happened to an activity, oldest first."""
    return [Happened.of(one) for one in await door.read(queries.timeline, activity_id)]
