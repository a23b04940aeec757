"""Contracts are kept: golden files per version, schemas that hold, upcasters that lead on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jsonschema
import orjson
import pytest

from shared.contracts import event as event_module
from shared.contracts.audience import Audience
from shared.contracts.envelope import Envelope, MalformedEnvelope
from shared.contracts.event import Event, UnknownEvent, read_event, upcaster
from shared.contracts.every import EVENTS as PUBLISHED
from shared.contracts.notice import Notice
from tests.contracts.samples import sample

GOLDEN = Path(__file__).parent / "golden"


def golden_file(contract: type[Event]) -> Path:
    return GOLDEN / f"{contract.type()}.v{contract.event_version}.json"


@pytest.mark.parametrize("contract", PUBLISHED, ids=lambda contract: contract.type())
def test_what_is_published_now_is_what_was_agreed(contract: type[Event]) -> None:
    current = orjson.dumps(orjson.loads(sample(contract).encode()), option=orjson.OPT_INDENT_2) + b"\n"
    path = golden_file(contract)
    if os.environ.get("KEMITRAAN_UPDATE_GOLDEN") and not path.exists():
        path.write_bytes(current)
    assert path.exists(), "a new contract needs its golden file: run with KEMITRAAN_UPDATE_GOLDEN=1 once"
    assert path.read_bytes() == current, (
        "a published contract changed: fields are added with a new version; "
        f"if no release has it yet, delete {path.name} and run with KEMITRAAN_UPDATE_GOLDEN=1"
    )


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_every_version_ever_published_is_still_read(path: Path) -> None:
    envelope = Envelope.decode(path.read_bytes())
    event = envelope.event()
    assert event.aggregate_id == envelope.aggregate_id
    assert event.type() == envelope.event_type


@pytest.mark.parametrize("contract", PUBLISHED, ids=lambda contract: contract.type())
def test_the_schema_holds_for_the_data(contract: type[Event]) -> None:
    schema = contract.model_json_schema()
    data = sample(contract).data
    jsonschema.validate(data, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(dict.fromkeys(data), schema)


@pytest.mark.parametrize("contract", PUBLISHED, ids=lambda contract: contract.type())
def test_no_field_holds_personal_data(contract: type[Event]) -> None:
    personal = ("email", "phone", "person", "address", "birth")
    assert not [field for field in contract.model_fields if any(word in field for word in personal)]


@pytest.fixture
def two_versions() -> Iterator[type[Event]]:
    """An event that was split: v1 had one ``area``, v2 has ``district`` and ``village``."""
    catalogues: tuple[dict[Any, Any], ...] = (
        event_module._TYPES,
        event_module._LATEST,
        event_module._UPCASTERS,
    )
    before = [dict(catalogue) for catalogue in catalogues]

    class PostOpened(
        Event,
        publisher="testing",
        aggregate="post_id",
        label="Post opened",
        audience=Audience.PUBLIC,
        notice=Notice.NONE,
    ):
        post_id: UUID
        area: str

    class PostOpenedV2(
        Event,
        publisher="testing",
        aggregate="post_id",
        label="Post opened v2",
        audience=Audience.PUBLIC,
        notice=Notice.NONE,
        version=2,
        name="post-opened",
    ):
        post_id: UUID
        district: str
        village: str

    @upcaster("testing.post-opened", 1)
    def split_area(data: dict[str, Any]) -> dict[str, Any]:
        district, _, village = data["area"].partition("/")
        return {"post_id": data["post_id"], "district": district, "village": village or district}

    assert PostOpened.event_version == 1
    yield PostOpenedV2
    for catalogue, earlier in zip(catalogues, before, strict=True):
        catalogue.clear()
        catalogue.update(earlier)


def test_an_old_version_is_read_as_the_newest(two_versions: type[Event]) -> None:
    post = uuid4()
    event = read_event("testing.post-opened", 1, {"post_id": str(post), "area": "Sidoarjo/Sekardangan"})
    assert isinstance(event, two_versions)
    assert event.model_dump() == {"post_id": post, "district": "Sidoarjo", "village": "Sekardangan"}


def test_a_newer_version_than_ours_is_refused_by_name(two_versions: type[Event]) -> None:
    with pytest.raises(UnknownEvent, match=r"v3: this release reads up to v2"):
        read_event("testing.post-opened", 3, {})


def test_two_contracts_for_one_type_are_refused(two_versions: type[Event]) -> None:
    with pytest.raises(TypeError, match="two contracts describe"):

        class PostOpened(
            Event,
            publisher="testing",
            aggregate="post_id",
            label="Post opened",
            audience=Audience.PUBLIC,
            notice=Notice.NONE,
        ):
            post_id: UUID


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"specversion": "0.3"}',
        sample(PUBLISHED[0]).encode().replace(b'"specversion":"1.0"', b'"specversion":"2.0"'),
        sample(PUBLISHED[0]).encode().replace(b".v1", b".x"),
        sample(PUBLISHED[0]).encode()[:-3],
    ],
)
def test_what_is_no_cloudevent_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedEnvelope):
        Envelope.decode(body)
