"""The base of every published event, and the catalogue in which each is found by its type."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.audience import Audience
from shared.contracts.headline import Headline, Shown, check, chosen
from shared.contracts.notice import Notice

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TYPES: dict[tuple[str, int], type[Event]] = {}
_LATEST: dict[str, type[Event]] = {}
_UPCASTERS: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {}


class UnknownEvent(LookupError):
    """No contract in this release describes an event of that type and version."""


class Event(BaseModel):
    """A fact in the past, published by one service for all others.

    A subclass is named in the past tense (``PartnershipSigned``) and declares: ``publisher``;
    ``aggregate``, the field with its aggregate's id; ``label``, its name; ``headline``, what happened in
    one line (by default the label with the title); ``audience``, who may ever see it (stored as
    ``told_to``); ``notice``, how urgently subscribers are notified; and its ``version``. ``guarded`` fields
    are left out outside the system: only the publisher shows them, to readers who may see their source.
    Fields may be added with a default; any other change is a new version next to the old one, with an
    upcaster between the two.
    """

    # No process needs all contracts: validators are built on first use.
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    publisher: ClassVar[str]
    aggregate: ClassVar[str]
    event_version: ClassVar[int] = 1
    event_name: ClassVar[str]
    label: ClassVar[str]
    headline: ClassVar[Headline]
    told_to: ClassVar[Audience]
    notice: ClassVar[Notice]
    guarded: ClassVar[frozenset[str]]

    def __init_subclass__(
        cls,
        *,
        publisher: str,
        aggregate: str,
        label: str,
        audience: Audience,
        notice: Notice,
        headline: Headline = "",
        guarded: Iterable[str] = (),
        version: int = 1,
        name: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init_subclass__(**kwargs)
        cls.publisher, cls.aggregate, cls.event_version = publisher, aggregate, version
        cls.label, cls.headline = label, headline
        cls.told_to, cls.notice, cls.guarded = audience, notice, frozenset(guarded)
        cls.event_name = name or re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        key = (cls.type(), cls.event_version)
        if key in _TYPES:
            raise TypeError(
                f"two contracts describe {key[0]} v{key[1]}: {_TYPES[key].__name__} and {cls.__name__}"
            )
        if cls.aggregate not in cls.model_fields:
            raise TypeError(f"{cls.__name__} names {cls.aggregate!r} as its aggregate but has no such field")
        if not cls.guarded <= set(cls.model_fields):
            raise TypeError(f"{cls.__name__} guards fields that it does not have: {sorted(cls.guarded)}")
        cls._check_words()
        _TYPES[key] = cls
        newest = _LATEST.get(key[0])
        if newest is None or newest.event_version < cls.event_version:
            _LATEST[key[0]] = cls

    @classmethod
    def _check_words(cls) -> None:
        """Raise ``TypeError`` if its label, headline, audience and notice do not fit together."""
        if not cls.label:
            raise TypeError(f"{cls.__name__} has no label")
        try:
            check(cls.headline, frozenset(cls.model_fields) - cls.guarded)
        except ValueError as error:
            raise TypeError(
                f"the headline of {cls.__name__} needs fields that it has and does not guard: {error}"
            ) from error
        if cls.notice is Notice.NONE:
            return
        if cls.told_to is not Audience.PUBLIC:
            raise TypeError(f"{cls.__name__} is for {cls.told_to} alone: subscribers cannot be told of it")
        missing = {"title", "partnership_id"} - set(cls.model_fields)
        if missing:
            raise TypeError(f"subscribers are told of {cls.__name__}, which lacks {sorted(missing)}")

    @classmethod
    def in_words(
        cls, facts: Mapping[str, Any], say: Callable[[str], str], show: Callable[[str, Any], str]
    ) -> str:
        """What happened, in one line: ``say`` translates, and ``show`` formats the value of a field."""
        if cls.headline:
            return say(chosen(cls.headline, facts)) % Shown(facts, show)
        title = facts.get("title") or facts.get("name")
        return f"{say(cls.label)}: {title}" if title else say(cls.label)

    @classmethod
    def type(cls) -> str:
        """The CloudEvents ``type`` without its version, for example ``partners.partnership-signed``."""
        return f"{cls.publisher}.{cls.event_name}"

    @classmethod
    def schema_file(cls) -> str:
        """The file name of its schema, for example ``partners.partnership-signed.v2.json``."""
        return f"{cls.type()}.v{cls.event_version}.json"

    @classmethod
    def described(cls, base: str = "") -> dict[str, Any]:
        """The JSON Schema of its data, whose ``$id`` is its address below ``base``, a public URL."""
        marks = {"$schema": DIALECT, "$id": f"{base}/schemas/{cls.schema_file()}"}
        return marks | cls.model_json_schema()

    @property
    def aggregate_id(self) -> UUID:
        """The id of the aggregate that this event is about."""
        value: UUID = getattr(self, self.aggregate)
        return value


def contracts() -> Iterator[type[Event]]:
    """Every event contract that has been imported, by type and version."""
    for key in sorted(_TYPES):
        yield _TYPES[key]


def published_by(publisher: str) -> tuple[type[Event], ...]:
    """The newest contracts of one publisher, by package and in each as they are declared."""
    declared = (contract for contract in _LATEST.values() if contract.publisher == publisher)
    return tuple(sorted(declared, key=lambda contract: contract.__module__.split(".")[:3]))


def latest(event_type: str) -> type[Event]:
    """The newest contract for ``event_type``; raises :class:`UnknownEvent`."""
    try:
        return _LATEST[event_type]
    except KeyError:
        raise UnknownEvent(event_type) from None


def upcaster(
    event_type: str, from_version: int
) -> Callable[[Callable[[dict[str, Any]], dict[str, Any]]], Callable[[dict[str, Any]], dict[str, Any]]]:
    """Register a pure function that turns the data of ``from_version`` into that of the next version."""

    def register(
        function: Callable[[dict[str, Any]], dict[str, Any]],
    ) -> Callable[[dict[str, Any]], dict[str, Any]]:
        _UPCASTERS[event_type, from_version] = function
        return function

    return register


def read_event(event_type: str, version: int, data: dict[str, Any]) -> Event:
    """Read stored data of any known version as the newest contract.

    Raises :class:`UnknownEvent` for a type or version that this release does not know, and pydantic's
    ``ValidationError`` for data that breaks the contract.
    """
    contract = latest(event_type)
    if version > contract.event_version:
        raise UnknownEvent(f"{event_type} v{version}: this release reads up to v{contract.event_version}")
    while version < contract.event_version:
        step = _UPCASTERS.get((event_type, version))
        if step is None:
            raise UnknownEvent(f"{event_type} v{version}: no upcaster to v{version + 1}")
        data, version = step(data), version + 1
    return contract.model_validate(data)
