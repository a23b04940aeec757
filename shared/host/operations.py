"""Operator API: dead letters, timers, projections, event schemas."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from shared.contracts.envelope import Envelope
from shared.contracts.event import contracts
from shared.contracts.vocabulary import LetterState
from shared.database import timers
from shared.database.transaction import Transaction
from shared.events import dead_letters
from shared.events.dead_letters import DeadLetter, UnknownDeadLetter
from shared.fields import Lines, RequestBody, Shown
from shared.host.runtime import runtime_of
from shared.http.door import DoorDep
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC, Role, may
from shared.refusal import Refusal

operations = Operations("operations")
OPERATOR = may(Role.OPERATOR)


class UnknownProjection(Refusal):
    """This service has no such projection."""

    kind = "unknown"
    message = "This service has no projection called %(name)s."
    remedy = "List the projections to see their names."


class UnknownSchema(Refusal):
    """There is no such event type and version."""

    kind = "unknown"
    message = "There is no event schema called %(name)s."
    remedy = "A schema has the name of an event type, for example partners.partnership-signed.v2."


class DeadLetterMendedWrongly(Refusal):
    """The corrected event is not valid, or its work fails again."""

    kind = "conflict"
    message = "The dead letter %(id)s could not be replayed: %(reason)s"
    remedy = "It is still parked. Fix its data or the cause, and replay it again."


class DeadLetterOut(BaseModel):
    """A parked event as an operator sees it."""

    id: UUID
    consumer: str
    event_type: str
    subject: str
    error: str
    attempts: int
    state: str
    parked_at: datetime
    settled_at: datetime | None
    settled_by: str | None
    reason: str | None
    envelope: dict[str, Any] | str


class ReplayIn(RequestBody):
    """``data`` replaces the data of the event before the work is done."""

    data: dict[str, Any] | None = None


class DiscardIn(RequestBody):
    """Why the event is discarded."""

    reason: Annotated[str, Field(min_length=3, max_length=500), Lines, Shown]


class TimerOut(BaseModel):
    """A scheduled timer; ``failing`` is the last error, if it was tried."""

    name: str
    about: UUID
    key: str
    due_at: datetime
    attempts: int
    failing: str


class ProjectionOut(BaseModel):
    """The state of a projection."""

    name: str
    events: list[str]
    lag: int
    failing: str | None


def shown(letter: DeadLetter) -> DeadLetterOut:
    """A dead letter with its envelope as JSON where it is JSON."""
    try:
        envelope = orjson.loads(letter.envelope)
    except orjson.JSONDecodeError:
        envelope = letter.envelope.decode("utf-8", "replace")
    fields = {name: getattr(letter, name) for name in DeadLetterOut.model_fields if name != "envelope"}
    return DeadLetterOut(**fields, envelope=envelope)


@operations.get("/dead-letters", may=OPERATOR, label=N_("list dead letters"))
async def list_dead_letters(
    door: DoorDep, paging: PageDep, state: LetterState = LetterState.PARKED
) -> Page[DeadLetterOut]:
    """Dead letters in one state (parked, replayed, discarded), oldest first."""
    letters = await door.read(dead_letters.listed, state, paging.after, paging.limit + 1)
    return paging.page(letters, shown, lambda letter: letter.id)


@operations.get("/dead-letters/{letter_id}", may=OPERATOR, label=N_("view a dead letter"))
async def show_dead_letter(letter_id: UUID, door: DoorDep) -> DeadLetterOut:
    """One dead letter with the event that it holds."""
    return shown(await door.read(dead_letters.find, letter_id))


@operations.post("/dead-letters/{letter_id}/replay", may=OPERATOR, label=N_("replay a dead letter"))
async def replay_dead_letter(letter_id: UUID, door: DoorDep, body: ReplayIn | None = None) -> DeadLetterOut:
    """Process the event again, with corrected data if any; the letter is settled in the same transaction."""
    door.refuse_dry_run()
    letter = await door.read(dead_letters.find, letter_id)
    runner = next(
        (reaction for reaction in runtime_of(door).reactions if reaction.reaction.name == letter.consumer),
        None,
    )
    if runner is None:
        raise UnknownDeadLetter(id=str(letter_id))
    raw = letter.envelope
    try:
        if body is not None and body.data is not None:
            raw = orjson.dumps(orjson.loads(raw) | {"data": body.data})
        envelope = Envelope.decode(raw)

        def settle(tx: Transaction) -> None:
            dead_letters.settle(tx, letter_id, "replayed", None, by=door.actor.person)

        await runner.work(envelope, also=settle)
    except (Refusal, LookupError) as error:
        if isinstance(error, dead_letters.DeadLetterSettled):
            raise
        raise DeadLetterMendedWrongly(id=str(letter_id), reason=str(error)) from error
    except Exception as error:
        raise DeadLetterMendedWrongly(id=str(letter_id), reason=f"{type(error).__name__}: {error}") from error
    return shown(await door.read(dead_letters.find, letter_id))


@operations.post("/dead-letters/{letter_id}/discard", may=OPERATOR, label=N_("discard a dead letter"))
async def discard_dead_letter(letter_id: UUID, body: DiscardIn, door: DoorDep) -> DeadLetterOut:
    """Discard the event, with a reason."""
    door.refuse_dry_run()
    await door.runtime.database.write(
        door.context, lambda tx: dead_letters.settle(tx, letter_id, "discarded", body.reason)
    )
    return shown(await door.read(dead_letters.find, letter_id))


@operations.get("/timers", may=OPERATOR, label=N_("list timers"))
async def list_timers(door: DoorDep, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> list[TimerOut]:
    """List the next timers, with the error of those that fail."""
    rows = await door.read(timers.listed, limit)
    return [TimerOut.model_validate(timer, from_attributes=True) for timer in rows]


@operations.get("/projections", may=OPERATOR, label=N_("list projections"))
async def list_projections(door: DoorDep) -> list[ProjectionOut]:
    """List every projection of this service and its progress."""
    return [
        ProjectionOut(
            name=follower.projection.name,
            events=[event.type() for event in follower.projection.events],
            lag=follower.lag,
            failing=follower.failing,
        )
        for follower in runtime_of(door).followers
    ]


@operations.post(
    "/projections/{name}/rebuild", may=OPERATOR, label=N_("rebuild a projection"), status_code=202
)
async def rebuild_projection(name: str, door: DoorDep) -> ProjectionOut:
    """Empty a projection and rebuild it from the beginning of the stream."""
    door.refuse_dry_run()
    runner = next(
        (follower for follower in runtime_of(door).followers if follower.projection.name == name), None
    )
    if runner is None:
        raise UnknownProjection(name=name)
    await runner.rebuild()
    return next(projection for projection in await list_projections(door) if projection.name == name)


@operations.get(
    "/schemas/{name}",
    may=PUBLIC,
    response_class=Response,
    responses={200: {"content": {"application/schema+json": {}}, "description": "A JSON Schema"}},
)
async def show_schema(name: str, door: DoorDep) -> Response:
    """Show the JSON Schema of an event that this system publishes; also at /schemas/<name>.json."""
    for contract in contracts():
        if contract.schema_file() in (name, f"{name}.json"):
            described = contract.described(door.runtime.settings.public_url)
            return Response(orjson.dumps(described), media_type="application/schema+json")
    raise UnknownSchema(name=name)
