"""One fixed sample of every event contract, made from its fields' types."""

from __future__ import annotations

import types
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import BaseModel

from shared.contracts.envelope import Envelope
from shared.contracts.event import Event

MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)


def sample(contract: type[Event]) -> Envelope:
    """An envelope around a fully filled event."""
    event = contract(
        **{name: _value(field.annotation, name) for name, field in contract.model_fields.items()}
    )
    return Envelope(
        id=_id("event"),
        publisher=event.publisher,
        name=event.event_name,
        version=event.event_version,
        aggregate_id=event.aggregate_id,
        aggregate_version=3,
        agency="polresta-contoh",
        time=MOMENT,
        correlation_id="0198c0de-0000-7000-8000-000000000001",
        causation_id="0198c0de-0000-7000-8000-000000000002",
        organisation=str(_id("organisation")),
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        data=event.model_dump(mode="json"),
    )


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"https://kemitraan.example/{name}")


def _value(annotation: Any, name: str) -> Any:
    origin = get_origin(annotation)
    if origin is Literal:
        return get_args(annotation)[0]
    if origin is tuple:
        return (_value(get_args(annotation)[0], name),)
    if origin in (Union, types.UnionType):
        return _value(get_args(annotation)[0], name)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return next(iter(annotation))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation(
            **{key: _value(field.annotation, key) for key, field in annotation.model_fields.items()}
        )
    known = {
        UUID: _id(name),
        str: f"{name} contoh",
        int: 2,
        bool: True,
        float: 2.5,
        datetime: MOMENT,
        date: MOMENT.date(),
    }
    return known[annotation]
