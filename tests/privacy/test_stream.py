"""No event can carry what says who somebody is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel, EmailStr

from services.registry import NAMES, service
from shared.contracts.event import Event, contracts

ABOUT_OTHERS = {"name", "subject", "secret", "issuer"}
"""Columns of people whose name other things have too: an organisation, a notice, who issued a law."""


def fields(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    """Every field of a model, and of the models within it, with its type."""
    for name, field in model.model_fields.items():
        yield name, field.annotation
        for inner in _within(field.annotation):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from fields(inner)


def _within(annotation: Any) -> Iterator[Any]:
    yield annotation
    for inner in get_args(annotation):
        yield from _within(inner)


REPORTED = {"text", "place", "addition", "answer", "reason", "code"}
"""What a resident wrote in a report; elsewhere, fields of these names are about acts and things."""


def contracts_of_all() -> list[type[Event]]:
    for name in NAMES:
        service(name)
    return list(contracts())


@pytest.mark.parametrize("contract", contracts_of_all(), ids=lambda one: one.type())
def test_no_contract_has_a_field_that_a_service_declares_as_personal(contract: type[Event]) -> None:
    declared = {column.name for name in NAMES for column in service(name).personal.columns} - ABOUT_OTHERS
    if not contract.event_name.startswith("report-"):
        declared -= REPORTED
    assert {"email", "phone", "display_name", "user_name", "address"} <= declared
    found = dict(fields(contract))
    assert found.keys().isdisjoint(declared)
    for name, annotation in found.items():
        assert EmailStr not in list(_within(annotation)), name
