"""The CloudEvents 1.0 envelope in which every event is stored and travels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from shared.contracts.event import Event, latest, read_event

CONTENT_TYPE = "application/cloudevents+json"
STREAM = "EVENTS"
"""The JetStream stream of all envelopes."""
_TOKEN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
SEQUENCE_DIGITS = 10
SEQUENCE_MEMBERS = (',"sequence":"', '","sequencetype":"Integer"}')
"""How an envelope ends: the CloudEvents extension "Sequence", whose values are ordered as text."""
_SEQUENCE = re.compile(rf"[0-9]{{{SEQUENCE_DIGITS}}}")


class MalformedEnvelope(ValueError):
    """The bytes are not a CloudEvents 1.0 event of this system."""


def subject_token(value: str) -> str:
    """``value`` if it may stand in a NATS subject (``[a-z0-9-]``), else ``ValueError``."""
    if not _TOKEN.fullmatch(value):
        raise ValueError(f"not a subject token: {value!r} (lower-case letters, digits and inner hyphens)")
    return value


def subject_filter(event: type[Event]) -> str:
    """The subject filter that matches ``event`` in every version, of every agency and aggregate."""
    return f"evt.*.{event.publisher}.{event.event_name}.>"


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event with the metadata that makes it traceable; see the CloudEvents 1.0 specification.

    ``imported``: it came with an archive, and is history; it causes no notices.
    """

    id: UUID
    publisher: str
    name: str
    version: int
    aggregate_id: UUID
    aggregate_version: int
    agency: str
    time: datetime
    correlation_id: str
    causation_id: str
    data: dict[str, Any]
    organisation: str | None = None
    actor: str | None = None
    auth_agency: str | None = None
    """The agency of the acting account; None for the system itself, and in older events."""
    traceparent: str | None = None
    public: bool = False
    """Whether its publisher considered it public when it was recorded."""
    imported: bool = False
    origin: str = ""
    """The public URL of the recording installation; "" in older events."""
    sequence: int | None = None
    """Its number among the events of its publisher, without gaps; None until stored, and in older events."""

    @property
    def event_type(self) -> str:
        """Type without version, for example ``partners.partnership-signed``."""
        return f"{self.publisher}.{self.name}"

    @property
    def subject(self) -> str:
        """The NATS subject: ``evt.<agency>.<service>.<event>.v<n>.<aggregate id>``."""
        agency = subject_token(self.agency)
        return f"evt.{agency}.{self.publisher}.{self.name}.v{self.version}.{self.aggregate_id}"

    @property
    def dataschema(self) -> str:
        """The address of the schema of its data."""
        return f"{self.origin}/schemas/{self.event_type}.v{self.version}.json"

    def event(self) -> Event:
        """The data as the newest contract (older versions are upcast)."""
        return read_event(self.event_type, self.version, self.data)

    @property
    def told(self) -> dict[str, Any]:
        """The data as it leaves the system.

        Without guarded fields, and without fields that the newest version no longer has.
        """
        contract = latest(self.event_type)
        fields = contract.model_fields.keys() - contract.guarded
        return {name: value for name, value in self.data.items() if name in fields}

    def encode(self) -> bytes:
        """Structured-mode JSON; with an origin, ``source`` and ``dataschema`` are addresses that answer."""
        of = f"{self.origin}/api/{self.publisher}" if self.origin else f"/kemitraan/{self.publisher}"
        body: dict[str, Any] = {
            "specversion": "1.0",
            "id": str(self.id),
            "source": of,
            "type": f"{self.event_type}.v{self.version}",
            "subject": str(self.aggregate_id),
            "time": self.time.isoformat(),
            "datacontenttype": "application/json",
            "dataschema": self.dataschema,
            "agency": self.agency,
            "aggregateversion": self.aggregate_version,
            "correlationid": self.correlation_id,
            "causationid": self.causation_id,
        }
        if self.organisation:
            body["organisation"] = self.organisation
        # The CloudEvents extension "Auth Context": an opaque id, never a name.
        body["authtype"] = "user" if self.actor else "system"
        if self.actor:
            body["authid"] = self.actor
        if self.auth_agency:
            body["authagency"] = self.auth_agency
        if self.public:
            body["public"] = True
        if self.traceparent:
            body["traceparent"] = self.traceparent
        if self.imported:
            body["imported"] = True
        body["data"] = self.data
        encoded = orjson.dumps(body)
        return encoded if self.sequence is None else numbered(encoded, self.sequence)

    @classmethod
    def decode(cls, body: bytes) -> Envelope:
        """Read structured-mode JSON; raises :class:`MalformedEnvelope` with the reason."""
        try:
            raw = orjson.loads(body)
            if raw["specversion"] != "1.0":
                raise MalformedEnvelope(f"CloudEvents specversion {raw['specversion']!r}, expected '1.0'")
            publisher, name, version = raw["type"].split(".")
            return cls(
                id=UUID(raw["id"]),
                publisher=publisher,
                name=name,
                version=int(version.removeprefix("v")),
                aggregate_id=UUID(raw["subject"]),
                aggregate_version=int(raw["aggregateversion"]),
                agency=_text(raw["agency"]),
                time=_instant(raw["time"]),
                correlation_id=_text(raw["correlationid"]),
                causation_id=_text(raw["causationid"]),
                organisation=_text_or_none(raw.get("organisation")),
                actor=_text_or_none(raw.get("authid")),
                auth_agency=_text_or_none(raw.get("authagency")),
                traceparent=_text_or_none(raw.get("traceparent")),
                public=raw.get("public") is True,
                imported=raw.get("imported") is True,
                origin=_origin(raw.get("source"), publisher),
                sequence=_number(raw.get("sequence"), raw.get("sequencetype")),
                data=dict(raw["data"]),
            )
        except MalformedEnvelope:
            raise
        except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as error:
            raise MalformedEnvelope(f"{type(error).__name__}: {error}") from error


def numbered(envelope: bytes, number: int) -> bytes:
    """An encoded envelope with its sequence."""
    before, after = SEQUENCE_MEMBERS
    return envelope[:-1] + f"{before}{number:0{SEQUENCE_DIGITS}}{after}".encode()


def _origin(source: object, publisher: str) -> str:
    """The installation of a source; "" for the relative form of earlier releases."""
    url, separator, _ = source.rpartition(f"/api/{publisher}") if isinstance(source, str) else ("", "", "")
    return url if separator else ""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _number(sequence: object, kind: object) -> int | None:
    if sequence is None:
        return None
    if kind != "Integer" or not _SEQUENCE.fullmatch(_text(sequence)) or not (number := int(str(sequence))):
        raise ValueError(f"{sequence!r} is no sequence of {SEQUENCE_DIGITS} digits from 1 on")
    return number


def _instant(value: str) -> datetime:
    """The moment in UTC; raises ``ValueError`` without a zone, ``OverflowError`` beyond the calendar."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} has no zone")
    return moment.astimezone(UTC)
