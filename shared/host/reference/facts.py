"""The events as pages show them, read from their contracts."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.headline import texts
from shared.contracts.notice import Notice
from shared.host.reference.api import flowing, shape
from shared.host.reference.examples import ID, example
from shared.refusal import N_

AUDIENCES = {
    Audience.PUBLIC: N_("everybody"),
    Audience.PARTNERSHIP: N_("the parties of the partnership and the staff of its agency"),
    Audience.AGENCY: N_("the staff of its agency"),
    Audience.AUDIT: N_("the auditors of its agency"),
    Audience.INTERNAL: N_("only the services"),
}
NOTICES = {
    Notice.WARNING: N_("a warning, at once"),
    Notice.ACTION: N_("a request to act, at once"),
    Notice.NEWS: N_("news"),
    Notice.DIGEST: N_("progress, sent together"),
    Notice.NONE: N_("subscribers are not notified"),
}
_MOMENT = datetime(2026, 1, 31, 2, 0, tzinfo=UTC)


def name_of(event: type[Event]) -> str:
    """The CloudEvents type with its version, for example ``partners.partnership-signed.v2``."""
    return f"{event.type()}.v{event.event_version}"


def by_publisher(events: Iterable[type[Event]], publishers: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """The events in the order of their publishers, each with its line in the list."""
    groups: dict[str, list[dict[str, Any]]] = {name: [] for name in publishers}
    for event in events:
        groups.setdefault(event.publisher, []).append(summary(event))
    return {name: told for name, told in groups.items() if told}


def summary(event: type[Event]) -> dict[str, Any]:
    """The name of an event, and its audience."""
    return {
        "type": name_of(event),
        "label": event.label,
        "audience": str(event.told_to),
        "told_to": AUDIENCES[event.told_to],
        "file": f"/schemas/{event.schema_file()}",
    }


def explained(event: type[Event], base: str) -> dict[str, Any]:
    """The full description of an event: fields, schemas, an example."""
    schema = event.described(base)
    return summary(event) | {
        "publisher": event.publisher,
        "said": flowing(inspect.cleandoc(event.__doc__ or "")),
        "headlines": list(texts(event.headline)),
        "notice": NOTICES[event.notice],
        "subject": f"evt.<agency>.{name_of(event)}.<{event.aggregate}>",
        "about": event.aggregate,
        "guarded": sorted(event.guarded),
        "fields": shape(schema)["fields"],
        "shapes": {name: shape(inner) for name, inner in schema.get("$defs", {}).items()},
        "example": json.dumps(json.loads(sample(event, base).encode()), indent=2, ensure_ascii=False),
    }


def sample(event: type[Event], base: str) -> Envelope:
    """An example of an event as it is on the bus of this installation."""
    schema: Mapping[str, Any] = event.described()
    return Envelope(
        id=UUID(ID),
        publisher=event.publisher,
        name=event.event_name,
        version=event.event_version,
        aggregate_id=UUID(ID),
        aggregate_version=1,
        agency="example",
        time=_MOMENT,
        correlation_id=ID,
        causation_id=ID,
        public=event.told_to is Audience.PUBLIC,
        actor=ID,
        auth_agency="example",
        origin=base,
        sequence=1,
        data=example(schema, schema.get("$defs", {}), whole=True),
    )
