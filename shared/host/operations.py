"""What an operator does with a service: dead letters, projections, schemas."""

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
    """No projection of this service has that name."""

    kind = "unknown"
    message = "This service has no projection called %(name)s."
    remedy = "List the projections to see their names."


class UnknownSchema(Refusal):
    """No contract has that type and version."""

    kind = "unknown"
    message = "There is no event schema called %(name)s."
    remedy = "Schemas are called like the type of an event, for example partners.partnership-signed.v1."


class DeadLetterMendedWrongly(Refusal):
    """What should replace the event cannot be read, or its work fails again."""

    kind = "conflict"
    message = "The dead letter %(id)s could not be replayed: %(reason)s"
    remedy = "It is still parked. Mend its data or the cause, and replay it again."


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
    """``data`` replaces the data of the event before the work is done (the letter is mended)."""

    data: dict[str, Any] | None = None


class DiscardIn(RequestBody):
    """Why the event shall never be handled."""

    reason: Annotated[str, Field(min_length=3, max_length=500), Lines, Shown]


class TimerOut(BaseModel):
    """Something that will happen by the clock; ``failing`` says why it did not, if it was tried."""

    name: str
    about: UUID
    key: str
    due_at: datetime
    attempts: int
    failing: str


class ProjectionOut(BaseModel):
    """How a projection stands."""

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


@operations.get("/dead-letters", may=OPERATOR, label=N_("see events that could not be handled"))
async def list_dead_letters(
    door: DoorDep, paging: PageDep, state: LetterState = LetterState.PARKED
) -> Page[DeadLetterOut]:
    """Dead letters in one state (parked, replayed, discarded), oldest first."""
    found = await door.read(dead_letters.listed, state, paging.after, paging.limit + 1)
    return paging.page(found, shown, lambda letter: letter.id)


@operations.get("/dead-letters/{letter_id}", may=OPERATOR, label=N_("see an event that could not be handled"))
async def show_dead_letter(letter_id: UUID, door: DoorDep) -> DeadLetterOut:
    """One dead letter with the event that it holds."""
    return shown(await door.read(dead_letters.find, letter_id))


@operations.post("/dead-letters/{letter_id}/replay", may=OPERATOR, label=N_("handle an event again"))
async def replay_dead_letter(letter_id: UUID, door: DoorDep, body: ReplayIn | None = None) -> DeadLetterOut:
    """Do the work again, with mended data if any is given; the letter is settled in the same transaction."""
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


@operations.post("/dead-letters/{letter_id}/discard", may=OPERATOR, label=N_("discard an event"))
async def discard_dead_letter(letter_id: UUID, body: DiscardIn, door: DoorDep) -> DeadLetterOut:
    """Give the event up, with a reason."""
    door.refuse_dry_run()
    await door.runtime.database.write(
        door.context, lambda tx: dead_letters.settle(tx, letter_id, "discarded", body.reason)
    )
    return shown(await door.read(dead_letters.find, letter_id))


@operations.get("/timers", may=OPERATOR, label=N_("see timers"))
async def list_timers(door: DoorDep, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> list[TimerOut]:
    """The timers that fire next, and why one fails if it does."""
    found = await door.read(timers.listed, limit)
    return [TimerOut.model_validate(timer, from_attributes=True) for timer in found]


@operations.get("/projections", may=OPERATOR, label=N_("see projections"))
async def list_projections(door: DoorDep) -> list[ProjectionOut]:
    """Every projection of this service and how far it is."""
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
    """Empty a projection and follow the stream from its beginning."""
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
    """The JSON Schema of an event that this system publishes; it stands at /schemas/<name>.json as well."""
    for contract in contracts():
        if contract.schema_file() in (name, f"{name}.json"):
            described = contract.described(door.runtime.settings.public_url)
            return Response(orjson.dumps(described), media_type="application/schema+json")
    raise UnknownSchema(name=name)
