"""Every service lists what can be done: labels in the reader's language, fields, and who may."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from services.registry import NAMES, service
from shared.command import Command, help_of, label_of
from shared.http.operation_list import OperationOut
from shared.i18n import Locale
from shared.identity.permissions import Role
from tests.support.operations import routes_by_name


def listed(name: str, locale: Locale = "en", *roles: str) -> dict[str, dict[str, Any]]:
    return {
        operation: OperationOut.of(route, frozenset(roles), locale).model_dump(mode="json")
        for operation, route in routes_by_name(service(name)).items()
    }


def test_an_operation_is_listed_with_label_fields_and_who_may() -> None:
    signing = listed("partners", "en", Role.REPRESENTATIVE)["sign_charter"]
    assert signing["label"] == "sign a charter"
    assert (signing["method"], signing["path"]) == ("POST", "/v1/partnerships/{partnership_id}/signatures")
    assert signing["who_may"] == [{"role": "representative", "relation": "party of the partnership"}]
    assert signing["role_suffices"]
    assert signing["creates"]
    assert signing["body"]["properties"]["charter_version"]["title"] == "Charter version"
    assert signing["body"]["required"] == ["charter_version"]
    assert not listed("partners")["sign_charter"]["role_suffices"]


def test_labels_help_and_fields_are_in_the_language_of_the_reader() -> None:
    english, indonesian = listed("partners", "en")["sign_charter"], listed("partners", "id")["sign_charter"]
    assert indonesian["label"] == "menandatangani piagam"
    assert indonesian["help"] != english["help"]
    field = "charter_version"
    assert indonesian["body"]["properties"][field]["title"] != english["body"]["properties"][field]["title"]


@pytest.mark.parametrize("name", NAMES)
def test_every_body_is_a_schema_without_what_the_address_names(name: str) -> None:
    for operation, shown in listed(name).items():
        if shown["body"] is not None:
            jsonschema.Draft202012Validator.check_schema(shown["body"])
            named = routes_by_name(service(name))[operation].param_convertors.keys()
            assert not named & shown["body"]["properties"].keys()


def test_words_follow_from_names_and_docstrings() -> None:
    class WriteOff(Command):
        """Write a thing off.

        More of it.
        """

    assert help_of(WriteOff.__doc__) == "Write a thing off."
    assert label_of("in_force_from") == "In force from"
    assert label_of("partnership_id") == "Partnership"
