"""AsyncAPI says what each service sends and receives, and its schemas hold for the events themselves."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest

from services.registry import NAMES, service
from shared.contracts.event import Event
from shared.host.asyncapi import asyncapi
from shared.host.service import Service
from tests.contracts.samples import sample

SERVICES = [described for described in map(service, NAMES) if described.metadata is not None]


@cache
def document_of(name: str) -> str:
    """It takes seconds to make."""
    return asyncapi(service(name))


each_service = pytest.mark.parametrize("one", SERVICES, ids=lambda one: one.name)


def heard(one: Service) -> set[type[Event]]:
    """What a service's projections and reactions hear of others."""
    followed = [event for projection in one.follows for event in projection.events]
    followed += [event for reaction in one.reacts for event in reaction.events]
    return {event for event in followed if event.publisher != one.name}


def name(contract: type[Event]) -> str:
    return f"{contract.type()}.v{contract.event_version}"


def at(document: Any, ref: str) -> Any:
    """What a reference points to."""
    for part in ref.removeprefix("#/").split("/"):
        document = document[part]
    return document


def payload(document: Any, operation: Any) -> dict[str, Any]:
    """The schema of an operation's one message, able to stand alone."""
    (message,) = operation["messages"]
    described = at(document, at(document, message["$ref"])["$ref"])
    assert described["contentType"] == "application/cloudevents+json"
    return {**described["payload"], "components": document["components"]}


@each_service
def test_it_shows_what_is_sent_and_received_and_nothing_else(one: Service) -> None:
    document = json.loads(document_of(one.name))
    shown = {(key, operation["action"]) for key, operation in document["operations"].items()}
    sent = {(name(contract), "send") for contract in one.publishes}
    received = {(name(contract), "receive") for contract in heard(one)}
    assert shown == sent | received
    for key, operation in document["operations"].items():
        channel = at(document, operation["channel"]["$ref"])
        assert channel["address"] == f"evt.{{agency}}.{key}.{{aggregate}}"
        assert set(re.findall(r"{(\w+)}", channel["address"])) == set(channel["parameters"])


@each_service
def test_the_schemas_hold_for_the_events_and_for_no_others(one: Service) -> None:
    document = json.loads(document_of(one.name))
    for contract in {*one.publishes, *heard(one)}:
        schema = payload(document, document["operations"][name(contract)])
        event = orjson.loads(sample(contract).encode())
        jsonschema.validate(event, schema)
        here = replace(sample(contract), origin="https://a.example")
        jsonschema.validate(orjson.loads(here.encode()), schema)
        wrongs: list[dict[str, Any]] = [{"type": "partners.other.v1"}, {"data": {}}, {"correlationid": None}]
        wrongs += [{"source": "/api/other"}, {"dataschema": "https://a.example/schemas/x.v1.json"}]
        for wrong in wrongs:
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(event | wrong, schema)


@each_service
def test_every_reference_leads_somewhere_and_every_key_is_allowed(one: Service) -> None:
    text = document_of(one.name)
    document = json.loads(text)
    references = re.findall(r'"\$ref": "([^"]+)"', text)
    assert references
    for ref in references:
        assert at(document, ref), ref
    keys = [key for kind in document["components"].values() for key in kind]
    assert all(re.fullmatch(r"[\w.-]+", key) for key in keys)


@each_service
def test_it_says_who_comes_in_and_calls_a_message_as_its_event_is_called(one: Service) -> None:
    document = json.loads(document_of(one.name))
    (server,) = document["servers"].values()
    for scheme in server["security"]:
        assert at(document, scheme["$ref"])["description"]
    for key, message in document["components"]["messages"].items():
        assert message["name"] == key
    assert "SubscribeMessage" not in document_of(one.name)
    assert "bindingVersion" not in document_of(one.name)
    for schema in document["components"]["schemas"].values():
        unsaid = [
            name
            for name in ("authtype", "authid", "organisation", "public", "imported", "source", "dataschema")
            if name in schema.get("properties", {}) and "description" not in schema["properties"][name]
        ]
        assert not ("specversion" in schema.get("properties", {}) and unsaid), unsaid


@each_service
def test_texts_are_markdown_without_blocks_of_code(one: Service) -> None:
    texts = [channel["description"] for channel in json.loads(document_of(one.name))["channels"].values()]
    assert texts
    assert not [text for text in texts if "\n    " in text or "``" in text]


def test_it_is_the_same_whatever_else_its_process_has_loaded() -> None:
    """Nor does the order of a set change it: clients keep and compare it."""
    program = (
        "import services.registry as r, shared.host.asyncapi as a;"
        "print(a.asyncapi(r.service('partners')), end='')"
    )
    alone = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONHASHSEED": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert alone.stdout == document_of("partners")
