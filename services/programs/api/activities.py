"""Activities API."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel
from starlette.responses import Response

from services.programs.commands import activities as commands
from services.programs.model.activity import Activity
from services.programs.permissions import PARTY
from services.programs.queries import activities as queries
from shared.contracts.vocabulary import ActivityState, Impact, Intensity, Means, Phase, RegulationState
from shared.fields import Day
from shared.http.door import Door, DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations, View
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("activities")


class BreachOut(BaseModel):
    """A prohibition that was violated, and what happened."""

    prohibition: str
    note: str


class DisputeOut(BaseModel):
    """Another party that disputes an activity, and why."""

    organisation_id: UUID
    reason: str


class LegalOut(BaseModel):
    """The regulation under which something was done: its standing today, and on that day."""

    id: UUID
    title: str
    number: str
    standing: RegulationState
    in_force_on_that_day: bool


class ActivityOut(BaseModel):
    """An activity, and whether it still counts.

    ``legal`` is null without a legal umbrella, and while the copy of its data is being rebuilt. Other parties
    confirm it, or dispute it until ``disputable_until``.
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
    confirmed_by: list[UUID]
    disputes: list[DisputeOut]
    disputable_until: AwareDatetime

    @classmethod
    def of(cls, activity: Activity, today: date) -> Self:
        """The view of an activity."""
        more: dict[str, Any] = {
            "legal": _legal(activity, today),
            "disputable_until": activity.disputable_until,
            "disputes": [
                DisputeOut(organisation_id=UUID(party), reason=reason)
                for party, reason in activity.disputes.items()
            ],
            "intensity_name": Intensity(activity.intensity).label,
            "prohibitions": [
                BreachOut(prohibition=breach, note=note) for breach, note in activity.breaches.items()
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
    """The view of activities, with today's standing."""
    now = door.runtime.clock.now()
    return partial(ActivityOut.of, today=now.astimezone(door.runtime.settings.time_zone).date())


ACTIVITY = View(ActivityOut, _view)

operations.create(
    "/activities",
    commands.record_activity,
    may=PARTY,
    label=N_("record an activity"),
    shows=ACTIVITY,
)
operations.do(
    "/activities/{activity_id}/retract",
    commands.retract_activity,
    may=PARTY,
    label=N_("retract an activity"),
    shows=ACTIVITY,
)
operations.do(
    "/activities/{activity_id}/confirm",
    commands.confirm_activity,
    may=PARTY,
    label=N_("confirm an activity"),
    shows=ACTIVITY,
)
operations.do(
    "/activities/{activity_id}/dispute",
    commands.dispute_activity,
    may=PARTY,
    label=N_("dispute an activity"),
    shows=ACTIVITY,
)


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
    state: ActivityState | None = None,
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
    activities = await door.read(
        queries.list_activities, wanted, since, until, paging.after, paging.limit + 1
    )
    return paging.page(activities, _view(door), lambda item: item.id)


@operations.get("/activities/{activity_id}", may=PUBLIC)
async def show_activity(activity_id: UUID, door: DoorDep, response: Response) -> ActivityOut:
    """Show one activity."""
    activity = await door.read(queries.activity, activity_id)
    response.headers["ETag"] = etag(activity.version)
    return _view(door)(activity)


@operations.get("/activities/{activity_id}/timeline", may=PUBLIC)
async def show_activity_timeline(activity_id: UUID, door: DoorDep) -> list[Happened]:
    """List everything that happened to an activity, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.timeline, activity_id)]
