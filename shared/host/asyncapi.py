"""AsyncAPI 3 document of a service, generated from its event contracts."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, create_model

from shared.contracts.envelope import CONTENT_TYPE, SEQUENCE_DIGITS
from shared.contracts.event import Event
from shared.host.service import Service

PARAMETERS = {
    "agency": {"description": "The agency whose data the event is about."},
    "aggregate": {"description": "The id of the event's subject."},
}
ABOUT = """
    Events are CloudEvents 1.0 in structured mode on the JetStream stream `EVENTS`, at the subjects
    `evt.<agency>.<service>.<event>.v<n>.<id of the subject>`.

    **Replay.** They are stored there for ever, in one order: a new consumer begins at the first one
    (`deliver_policy: all`), and a consumer that lost its position reads them again (`opt_start_seq`).

    **De-duplication.** Delivery is at least once. An event that is delivered twice has the same `id`, which
    is also its `Nats-Msg-Id`: the stream rejects duplicates within ten minutes, and a consumer stores the ids
    that it has handled. `aggregateversion` is the position of an event among those of its subject.

    **Completeness.** `sequence` (CloudEvents extension, `sequencetype` `Integer`) numbers the events of a
    publisher in the order of their commits, from 1 on and without gaps: who reads all subjects of a publisher
    and misses a number misses an event. Events recorded by earlier releases have none.

    **Permissions.** Each service has a NATS user, which may publish only under its own name and use only its
    own consumers. Public events (`public` in the envelope) also leave the system by webhooks and, as
    Server-Sent Events, at `/api/portal/v1/feed`: see the OpenAPI documents of notifications and portal.
"""
SOURCE = "The publishing service of an installation: a resolvable address."
DATASCHEMA = "The JSON Schema of `data`: a resolvable address."
SERVERS = {
    "bus": {
        "host": "{host}:4222",
        "protocol": "nats",
        "description": (
            "NATS with JetStream, over TLS 1.3; the certificate authority is that of `kemitraan keys init` "
            "(NATS_CA_FILE). The embedded server of one machine listens only on loopback."
        ),
        "variables": {"host": {"default": "nats", "description": "The host of the installation's bus."}},
        "security": [{"$ref": "#/components/securitySchemes/credentials"}],
    }
}
SECURITY = {
    "credentials": {
        "type": "asymmetricEncryption",
        "description": (
            "A user JWT, and its nkey (Ed25519) with which the server's nonce is signed: the .creds file "
            "that `kemitraan keys init` makes for each user (NATS_CREDENTIALS_FILE)."
        ),
    }
}


class CloudEvent(BaseModel):
    """CloudEvents 1.0 in structured mode, with the extensions of this system."""

    specversion: Literal["1.0"]
    id: UUID = Field(description="The same at each delivery of the event.")
    source: str
    type: str
    subject: UUID = Field(description="The id of the event's subject.")
    time: datetime
    datacontenttype: Literal["application/json"]
    dataschema: str
    agency: str
    aggregateversion: int = Field(description="The version of its aggregate after the event.")
    correlationid: str = Field(description="The same from the first request to the last effect.")
    causationid: str = Field(description="The id of the event or request that caused this one.")
    organisation: str | None = Field(default=None, description="The organisation that the actor acted for.")
    authtype: Literal["user", "system"] = Field(description="A person, or the system itself.")
    authid: str | None = Field(default=None, description="The opaque id of the person who acted.")
    authagency: str | None = Field(default=None, description="The agency of the acting account.")
    traceparent: str | None = Field(default=None, description="W3C trace context of the event's cause.")
    public: bool = Field(default=False, description="Whether it is public, not only for the services.")
    imported: bool = Field(
        default=False, description="It came with an archive and is history: it causes no notices."
    )
    sequence: str | None = Field(
        default=None,
        pattern=f"^[0-9]{{{SEQUENCE_DIGITS}}}$",
        description="Its number among the events of its publisher, from 1 on and without gaps.",
    )
    sequencetype: Literal["Integer"] | None = Field(default=None, description="How `sequence` is read.")
    data: Any


def asyncapi(service: Service) -> str:
    """The document of one service, as JSON that is the same each time."""
    return _document(f"Kemitraan: {service.title}", service.publishes, _received(service))


def asyncapi_of(contracts: Iterable[type[Event]]) -> str:
    """The document of the whole bus: all published events."""
    return _document("Kemitraan: the bus", contracts, {})


def _document(title: str, published: Iterable[type[Event]], received: Mapping[type[Event], str]) -> str:
    from faststream.nats import NatsBroker
    from faststream.specification import AsyncAPI

    broker = NatsBroker()
    for contract in published:
        broker.publisher(
            _address(contract), title=_name(contract), description=_said(contract), schema=typed(contract)
        )
    for contract, consumers in received.items():
        subscriber = broker.subscriber(
            _address(contract), title=_name(contract), description=f"{_said(contract)}\n\nFor {consumers}."
        )
        subscriber(_taking(typed(contract)))
    specification = AsyncAPI(
        broker, title=title, version="1", schema_version="3.0.0", description=inspect.cleandoc(ABOUT)
    )
    document = specification.to_specification().to_jsonable()
    return json.dumps(_ours(document), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _ours(document: dict[str, Any]) -> dict[str, Any]:
    """What FastStream cannot know: the server, the security scheme, and the names of messages."""
    document["servers"] = SERVERS
    document["defaultContentType"] = CONTENT_TYPE
    components = document["components"]
    components["securitySchemes"] = SECURITY
    components["messages"] = {_message(name): message for name, message in components["messages"].items()}
    for name, message in components["messages"].items():
        # FastStream looks for correlation ids in headers; ours are in the envelope.
        message |= {"name": name, "title": name, "contentType": CONTENT_TYPE}
        message["correlationId"] = {"location": "$message.payload#/correlationid"}
    for name, channel in document["channels"].items():
        # A NATS channel binding contains nothing but the address.
        del channel["bindings"]
        channel["parameters"] = PARAMETERS
        channel["servers"] = [{"$ref": f"#/servers/{server}"} for server in SERVERS]
        channel["messages"] = {name: {"$ref": f"#/components/messages/{name}"}}
    for operation in document["operations"].values():
        place = operation["channel"]["$ref"]
        operation["messages"] = [{"$ref": f"{place}/messages/{place.rpartition('/')[2]}"}]
        operation.pop("bindings", None)
    return document


def _message(key: str) -> str:
    """The name of a message: that of the event. FastStream writes ``<event>:SubscribeMessage``."""
    return key.partition(":")[0]


def typed(contract: type[Event]) -> type[CloudEvent]:
    """The envelope of one contract: its type is fixed, its data are the contract's."""
    name = _name(contract)
    source = _one_of(f"/kemitraan/{contract.publisher}", f"/api/{contract.publisher}")
    schema = _one_of(f"/schemas/{name}.json", f"/schemas/{name}.json")
    fields: dict[str, Any] = {
        "source": (str, Field(json_schema_extra=source | {"description": SOURCE})),
        "type": (str, Field(json_schema_extra={"const": name})),
        "dataschema": (str, Field(json_schema_extra=schema | {"description": DATASCHEMA})),
    }
    return create_model(
        f"{contract.__name__}CloudEvent",
        __base__=CloudEvent,
        __doc__=_said(contract),
        data=(contract, ...),
        **fields,
    )


def _one_of(earlier: str, below: str) -> dict[str, Any]:
    """The URI of something here: relative as in earlier releases, or below a public URL."""
    form = f"^({re.escape(earlier)}|https?://[^ ]+{re.escape(below)})$"
    return {"format": "uri-reference", "pattern": form.replace("\\-", "-")}


def _received(service: Service) -> dict[type[Event], str]:
    """Each event of others that the service receives, with its consumers."""
    heard: dict[type[Event], list[str]] = {}
    for projection in service.follows:
        for event in projection.events:
            heard.setdefault(event, []).append(f"the projection {projection.name}")
    for reaction in service.reacts:
        for event in reaction.events:
            heard.setdefault(event, []).append(f"the reaction {reaction.name}")
    # Its own events are internal: a channel has one direction.
    others = {event: consumers for event, consumers in heard.items() if event.publisher != service.name}
    return {event: " and ".join(consumers) for event, consumers in others.items()}


def _taking(message: type[CloudEvent]) -> Callable[..., Awaitable[None]]:
    """A handler that never runs: its signature is what FastStream documents."""

    async def handle(event: CloudEvent) -> None: ...

    handle.__annotations__["event"] = message
    return handle


def _address(contract: type[Event]) -> str:
    return f"evt.{{agency}}.{_name(contract)}.{{aggregate}}"


def _name(contract: type[Event]) -> str:
    return f"{contract.type()}.v{contract.event_version}"


def _said(contract: type[Event]) -> str:
    return inspect.cleandoc(contract.__doc__ or "").replace("``", "`")
