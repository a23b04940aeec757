"""An envelope is read whole or refused; nothing of another kind comes in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
import pytest

from shared.contracts.envelope import Envelope, MalformedEnvelope


def written(**changed: Any) -> bytes:
    """An event of the registry, with some members other than usual."""
    envelope = Envelope(
        id=uuid4(),
        publisher="partners",
        name="partnership-ended",
        version=1,
        aggregate_id=uuid4(),
        aggregate_version=3,
        agency="polresta-contoh",
        time=datetime(2026, 1, 5, 1, tzinfo=UTC),
        correlation_id="c",
        causation_id="d",
        data={"reason": "done"},
        organisation="o",
        actor="p",
    )
    return orjson.dumps(orjson.loads(envelope.encode()) | changed)


def test_a_moment_is_read_in_utc() -> None:
    read = Envelope.decode(written(time="2026-01-05T08:00:00+07:00"))
    assert (read.time, read.time.utcoffset()) == (
        datetime(2026, 1, 5, 1, tzinfo=UTC),
        datetime.now(UTC).utcoffset(),
    )


def test_what_earlier_releases_wrote_is_read_and_written_again_as_it_was() -> None:
    old = written(source="/kemitraan/partners", dataschema="/schemas/partners.partnership-ended.v1.json")
    assert Envelope.decode(old).origin == ""
    assert orjson.loads(Envelope.decode(old).encode()) == orjson.loads(old)


def test_an_event_says_of_which_installation_it_is_wherever_it_is_read() -> None:
    told = orjson.loads(replace(Envelope.decode(written()), origin="https://a.example/x").encode())
    assert told["source"] == "https://a.example/x/api/partners"
    assert told["dataschema"] == "https://a.example/x/schemas/partners.partnership-ended.v1.json"
    assert Envelope.decode(orjson.dumps(told)).origin == "https://a.example/x"


def test_an_event_names_the_agency_of_the_account_that_acted() -> None:
    envelope = replace(Envelope.decode(written()), auth_agency="fkpm-contoh")
    body = orjson.loads(envelope.encode())
    assert (body["agency"], body["authagency"]) == ("polresta-contoh", "fkpm-contoh")
    assert Envelope.decode(envelope.encode()) == envelope
    assert Envelope.decode(written()).auth_agency is None, "events of earlier releases do not say"


def test_a_sequence_is_ordered_as_text_and_read_as_a_number() -> None:
    envelopes = [replace(Envelope.decode(written()), sequence=number) for number in (9, 10, 2**31 - 1)]
    bodies = [orjson.loads(envelope.encode()) for envelope in envelopes]
    assert [body["sequence"] for body in bodies] == ["0000000009", "0000000010", "2147483647"]
    assert {body["sequencetype"] for body in bodies} == {"Integer"}
    assert [Envelope.decode(envelope.encode()) for envelope in envelopes] == envelopes


@pytest.mark.parametrize(
    "changed",
    [
        {"agency": None},
        {"agency": 5},
        {"correlationid": None},
        {"causationid": []},
        {"organisation": 1},
        {"authid": {}},
        {"traceparent": True},
        {"time": "2026-01-05T08:00:00"},
        {"time": "0001-01-01T00:00:00+14:00"},
        {"time": "9999-12-31T23:59:59-01:00"},
        {"aggregateversion": None},
        {"authagency": 5},
        {"sequence": 7, "sequencetype": "Integer"},
        {"sequence": "7", "sequencetype": "Integer"},
        {"sequence": "0000000000", "sequencetype": "Integer"},
        {"sequence": "0000000007"},
        {"sequence": "0000000007", "sequencetype": "Letter"},
        {"specversion": "2.0"},
        {"data": 5},
    ],
)
def test_what_is_of_another_kind_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(MalformedEnvelope):
        Envelope.decode(written(**changed))
