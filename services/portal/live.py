"""Live event feed (Server-Sent Events)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Header, Query
from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse

from services.portal.rendering import SECURE
from services.portal.subscribers import Feed, FeedItem
from services.portal.views import event_label, instant
from shared.http.door import DoorDep
from shared.http.language import locale_of
from shared.http.routes import Operations
from shared.i18n import Locale, translator
from shared.i18n.formats import show_moment
from shared.identity.permissions import PUBLIC

HEARTBEAT = 15.0
FARTHEST = 10**18
operations = Operations("feed")


class FeedEntry(BaseModel):
    """A public event in words, with the ids by which it is traced from its cause on."""

    id: UUID = Field(description="The id of the event.")
    type: str = Field(description="Its type without its version, such as partners.partnership-signed.")
    version: int = Field(description="The version of its type.")
    subject: UUID = Field(description="The id of what it is about.")
    agency: str = Field(description="The agency whose event it is.")
    dataschema: str = Field(description="The address of the JSON Schema of its data.")
    correlation: str = Field(description="The same from the first request to the last effect.")
    causation: str = Field(description="The id of the event or request that caused it.")
    label: str = Field(description="What happened, in the reader's language.")
    title: str = Field(description="What it is about is called, where it has a name.")
    time: str = Field(description="When, in the reader's words.")
    at: str = Field(description="When.", json_schema_extra={"format": "date-time"})
    kind: str = Field(description="The service that published it.")


def shown(happened: FeedItem, locale: Locale, zone: ZoneInfo) -> FeedEntry:
    """An event as the feed shows it."""
    return FeedEntry(
        id=happened.id,
        type=happened.event_type,
        version=happened.version,
        subject=happened.subject,
        agency=happened.agency,
        dataschema=happened.dataschema,
        correlation=happened.correlation_id,
        causation=happened.causation_id,
        label=event_label(happened.event_type, translator(locale)),
        title=happened.title,
        time=show_moment(happened.time, locale, zone),
        at=instant(happened.time),
        kind=happened.event_type.partition(".")[0],
    )


def streaming(feed: Feed, after: int, locale: Locale, zone: ZoneInfo) -> StreamingResponse:
    """The feed as a stream, which no cache stores."""
    events = watch(feed, after, locale, zone)
    headers = SECURE | {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


async def watch(feed: Feed, after: int, locale: Locale, zone: ZoneInfo) -> AsyncIterator[bytes]:
    """Events as they come, with a comment as heartbeat in between."""
    queue = feed.watch()
    try:
        yield b"retry: 2000\n\n"
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    happened = await queue.get()
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if happened is None:
                return
            # A reader may be ahead of a feed that has just started, and must get nothing twice.
            if happened.sequence > after:
                data = shown(happened, locale, zone).model_dump_json().encode()
                yield b"id: %d\ndata: %s\n\n" % (happened.sequence, data)
    finally:
        feed.watchers.discard(queue)


def place(given: str | None) -> int:
    """The event after which a reader resumes; 0 for an invalid value."""
    return int(given) if given and given.isascii() and given.isdigit() and int(given) < FARTHEST else 0


TOLD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events as they come, each a FeedEntry as JSON in `data`, its place in `id`",
        "content": {"text/event-stream": {"schema": FeedEntry.model_json_schema()}},
    }
}


@operations.get("/feed", may=PUBLIC, response_class=StreamingResponse, responses=TOLD)
async def follow_feed(
    door: DoorDep,
    after: Annotated[int, Query(ge=0, lt=FARTHEST, description="Only what comes after this place.")] = 0,
    lang: Annotated[Literal["id", "en"] | None, Query(description="The language of label and time.")] = None,
    last_event_id: Annotated[
        str | None, Header(description="Where a reader was, as browsers say it.")
    ] = None,
) -> StreamingResponse:
    """Stream public events, starting with the newest fifty, until the reader disconnects."""
    runtime, last = door.runtime, place(last_event_id)
    locale = lang or locale_of(door.request)
    return streaming(runtime.part(Feed), last or after, locale, runtime.settings.time_zone)
