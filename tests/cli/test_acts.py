"""Every operation can be done from the command line, by its name and fields."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.partners.service import service as partners
from shared.client import AGENCY
from tests.cli.shell import Ended, beside
from tests.support.system import System, system


@pytest.fixture
async def registry(tmp_path: Path) -> AsyncIterator[System]:
    """The registry alone."""
    async with system(tmp_path / "here", [partners]) as running:
        yield running


async def acts(registry: System, *arguments: str) -> Ended:
    return await beside(registry).kemitraan("acts", *arguments)


async def test_operations_are_listed_with_fields_and_who_may(registry: System) -> None:
    listed = await acts(registry, "list", "partners")
    (line,) = [row for row in listed.out.splitlines() if row.split()[:1] == ["sign_charter"]]
    assert "sign a charter" in line
    assert "partnership_id* charter_version*" in line
    assert "representative" in line
    in_json = (await acts(registry, "list", "partners", "--json")).json
    assert {"name": "sign_charter", "method": "POST"}.items() <= next(
        act for act in in_json if act["name"] == "sign_charter"
    ).items()


async def test_an_operation_is_done_by_its_name_and_fields(registry: System) -> None:
    by = ("--role", "coordinator", "--agency", AGENCY)
    fields = ("name=Desa Maju", "kind=community", "area=35.15")
    tried = await acts(registry, "do", "partners", "register_organisation", *fields, *by, "--dry-run")
    assert tried.code == 0
    assert tried.json["name"] == "Desa Maju"
    shown = await acts(
        registry, "do", "partners", "show_organisation", f"organisation_id={tried.json['id']}", *by
    )
    assert (shown.code, shown.out) == (1, ""), "nothing was registered"
    made = (await acts(registry, "do", "partners", "register_organisation", *fields, *by)).json
    path = f"organisation_id={made['id']}"
    assert (await acts(registry, "do", "partners", "show_organisation", path, *by)).json == made


async def test_a_refusal_ends_the_command_with_its_words(registry: System) -> None:
    refused = await acts(
        registry,
        "do",
        "partners",
        "register_organisation",
        "name=x",
        "--role",
        "resident",
        "--agency",
        AGENCY,
    )
    assert refused.code == 1
    assert "administrator" in refused.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("do", "partners", "fly"), "there is no operation fly"),
        (("do", "partners", "show_organisation"), "organisation_id"),
        (("do", "partners", "register_organisation", "name"), "name=value"),
        (("do", "partners", "register_organisation", "--role", "king"), "there is no role"),
        (("list", "moon"), "there is no service"),
    ],
)
async def test_a_mistake_is_named(registry: System, arguments: tuple[str, ...], words: str) -> None:
    ended = await acts(registry, *arguments, *(("--agency", AGENCY) if arguments[0] == "do" else ()))
    assert ended.code != 0
    assert words in ended.err
