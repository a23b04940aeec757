"""AsyncAPI 3 of what a service sends and receives, each message typed by its contract."""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from faststream.nats import NatsBroker
from faststream.specification import AsyncAPI
from pydantic import BaseModel, Field, create_model

from shared.backbone.envelope import CONTENT_TYPE
from shared.contracts.event import Event
from shared.host.service import Service

PARAMETERS = {
    "agency": {"description": "The agency whose data the event is about."},
    "aggregate": {"description": "The id of what the event is about."},
}


ABOUT = """
    Events are CloudEvents 1.0 in structured mode on the JetStream stream `EVENTS`, at the subjects
    `evt.<agency>.<service>.<event>.v<n>.<id of what it is about>`. They stay there: a new consumer begins
    at the first of them, and whoever lost its place reads them again. Delivery is at least once; an event
    that comes twice has the same `id` (which is also its `Nats-Msg-Id`), and `aggregateversion` says its
    place among those about the same thing. A connection needs TLS and the credentials of a user of the bus,
    off the machine itself; each service may publish under its own name alone.
"""


class CloudEvent(BaseModel):
    """CloudEvents 1.0 in structured mode, with the extensions of this system."""

    specversion: Literal["1.0"]
    id: UUID
    source: str
    type: str
    subject: UUID = Field(description="The id of what the event is about.")
    time: datetime
    datacontenttype: Literal["application/json"]
    dataschema: str
    agency: str
    aggregateversion: int = Field(description="The version of its aggregate after the event.")
    correlationid: str = Field(description="The same from the first request to the last effect.")
    causationid: str = Field(description="The id of the event or request that caused this one.")
    organisation: str | None = Field(default=None, description="For whom the actor acted.")
    authtype: Literal["user", "system"] = Field(description="A person, or the system by itself.")
    authid: str | None = Field(default=None, description="The opaque id of the person who acted.")
    traceparent: str | None = Field(default=None, description="W3C trace context of what caused the event.")
    public: bool = Field(
        default=False, description="Whether it is for everybody, not for the services alone."
    )
    data: Any


def asyncapi(service: Service) -> str:
    """The document of one service, as JSON that is the same each time."""
    broker = NatsBroker()
    for contract in service.publishes:
        broker.publisher(
            _address(contract), title=_name(contract), description=_said(contract), schema=typed(contract)
        )
    for contract, consumers in _received(service).items():
        subscriber = broker.subscriber(
            _address(contract), title=_name(contract), description=f"{_said(contract)} For {consumers}."
        )
        subscriber(_taking(typed(contract)))
    title = f"Kemitraan: {service.title}"
    specification = AsyncAPI(
        broker, title=title, version="1", schema_version="3.0.0", description=inspect.cleandoc(ABOUT)
    )
    document = specification.to_specification().to_jsonable()
    for channel in document["channels"].values():
        channel["parameters"] = PARAMETERS
    for message in document["components"]["messages"].values():
        # FastStream knows correlation ids in headers; ours are in the envelope.
        message["contentType"] = CONTENT_TYPE
        message["correlationId"] = {"location": "$message.payload#/correlationid"}
    text = json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    # A colon may not stand in the key of a component.
    return text.replace(":SubscribeMessage", "").replace(":Message", "")


def typed(contract: type[Event]) -> type[CloudEvent]:
    """The envelope of one contract: its type is fixed, its data are the contract's."""
    name = _name(contract)
    fixed = {
        "source": f"/kemitraan/{contract.publisher}",
        "type": name,
        "dataschema": f"/schemas/{name}.json",
    }
    fields: dict[str, Any] = {
        field: (str, Field(json_schema_extra={"const": value})) for field, value in fixed.items()
    }
    return create_model(
        f"{contract.__name__}CloudEvent",
        __base__=CloudEvent,
        __doc__=_said(contract),
        data=(contract, ...),
        **fields,
    )


def _received(service: Service) -> dict[type[Event], str]:
    """Each event of others that the service hears, with those of its consumers that hear it."""
    heard: dict[type[Event], list[str]] = {}
    for projection in service.follows:
        for event in projection.events:
            heard.setdefault(event, []).append(f"the projection {projection.name}")
    for reaction in service.reacts:
        for event in reaction.events:
            heard.setdefault(event, []).append(f"the reaction {reaction.name}")
    # What it hears of itself is its own affair: a channel has one direction.
    others = {event: consumers for event, consumers in heard.items() if event.publisher != service.name}
    return {event: " and ".join(consumers) for event, consumers in others.items()}


def _taking(message: type[CloudEvent]) -> Callable[..., Awaitable[None]]:
    """A handler that is never run: its signature is what FastStream documents."""

    async def handle(event: CloudEvent) -> None: ...

    handle.__annotations__["event"] = message
    return handle


def _address(contract: type[Event]) -> str:
    return f"evt.{{agency}}.{_name(contract)}.{{aggregate}}"


def _name(contract: type[Event]) -> str:
    return f"{contract.type()}.v{contract.event_version}"


def _said(contract: type[Event]) -> str:
    return inspect.cleandoc(contract.__doc__ or "")
