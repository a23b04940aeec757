"""Audit events of every service: refusals, exports and erasures."""

from __future__ import annotations

from types import new_class
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.i18n import N_
from shared.service_names import WITH_DATA


class _Act(BaseModel):
    act_id: UUID


class AccessRefused(_Act):
    """A signed-in person was refused an operation, by the named rule."""

    operation: str
    refusal: str


class DataExported(_Act):
    """Data that is not public was exported from the service, by the named operation."""

    operation: str
    form: str


class PersonalDataErased(_Act):
    """A service has no personal data left of an erased person; ``rows`` had some."""

    erasure_id: UUID
    rows: int


class Acts(NamedTuple):
    """The audit events of one publisher; they are about no aggregate, but about the act itself."""

    refused: type[AccessRefused]
    exported: type[DataExported]
    erased: type[PersonalDataErased]


def _published_by(publisher: str, facts: type[_Act], name: str, label: str, headline: str) -> Any:
    def told(namespace: dict[str, Any]) -> None:
        namespace |= {"__doc__": facts.__doc__, "__module__": __name__}

    said = {
        "publisher": publisher,
        "aggregate": "act_id",
        "name": name,
        "label": label,
        "headline": headline,
        "audience": Audience.AUDIT,
        "notice": Notice.NONE,
    }
    return new_class(f"{publisher.title()}{facts.__name__}", (facts, Event), said, told)


def _acts_of(publisher: str) -> Acts:
    return Acts(
        _published_by(
            publisher,
            AccessRefused,
            "access-refused",
            N_("Access refused"),
            N_("%(actor)s wanted to %(operation)s and was refused: %(refusal)s (%(publisher)s)."),
        ),
        _published_by(
            publisher,
            DataExported,
            "data-exported",
            N_("Data exported"),
            N_("%(actor)s exported data: “%(operation)s”, as %(form)s (%(publisher)s)."),
        ),
        _published_by(
            publisher,
            PersonalDataErased,
            "personal-data-erased",
            N_("Personal data erased"),
            N_("Personal data was erased as ordered (%(publisher)s)."),
        ),
    )


ACTS = {name: _acts_of(name) for name in WITH_DATA}
