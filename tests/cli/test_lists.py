"""Lists as people keep them: an import is exact or refused, line by line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.cli.list_files import ListUnreadable, read_list, sample
from services.cli.lists import SORTS
from services.partners.service import service as partners
from shared.client import mint
from tests.cli.shell import Ended, beside, shell
from tests.support.system import System, system
from tests.support.workbook import save_workbook

PEOPLE, ORGANISATIONS = SORTS["people"].columns, SORTS["organisations"].columns
HEADER = "name,email,phone\n"


@pytest.fixture
async def registry(tmp_path: Path) -> AsyncIterator[System]:
    """The registry alone."""
    async with system(tmp_path / "here", [partners]) as running:
        yield running


async def imported(registry: System, file: Path, *more: str) -> Ended:
    """What the command said of a list of people."""
    return await beside(registry).kemitraan("import", "people", str(file), *more)


async def registered(registry: System) -> list[dict[str, Any]]:
    """The people in the registry."""
    answer = await registry.call(
        "GET", "/api/partners/v1/persons", token=mint(registry.settings, "coordinator")
    )
    people: list[dict[str, Any]] = answer.body["items"]
    return people


def bodies(file: Path, columns: Any = PEOPLE) -> list[Any]:
    """The lines of a list, a fault instead of a body."""
    return [entry.fault or dict(entry.body) for entry in read_list(file, columns)]


async def test_two_people_of_one_name_are_two_and_stay_two(tmp_path: Path, registry: System) -> None:
    file = tmp_path / "list.csv"
    file.write_text("name\nSlamet\nSlamet\n")
    first = await imported(registry, file)
    assert (first.code, first.out) == (0, "2 people registered, 0 refused\n")
    again = await imported(registry, file)
    assert (again.code, again.out) == (0, "0 people registered, 2 registered before, 0 refused\n")
    assert [person["name"] for person in await registered(registry)] == ["Slamet", "Slamet"]


async def test_one_person_entered_twice_is_said_and_registered_once(tmp_path: Path, registry: System) -> None:
    file = tmp_path / "list.csv"
    line = "Slamet,slamet@desa.example,\n"
    file.write_text(HEADER + line + "Budi,,\n" + line)
    ended = await imported(registry, file)
    assert (ended.code, ended.out) == (1, "2 people registered, 1 refused\n")
    assert "line 4 (persons): it is the same as line 2" in ended.err


async def test_a_soft_break_splits_no_row(tmp_path: Path, registry: System) -> None:
    file = tmp_path / "list.csv"
    file.write_text(HEADER + "Budi\x0bSantoso,budi@example.id,\nSiti\u2028Aminah,,\nRaka,,\n")
    ended = await imported(registry, file)
    assert (ended.code, ended.out) == (1, "1 people registered, 2 refused\n")
    assert "line 2 (persons): /name" in ended.err
    assert "line 3 (persons): /name" in ended.err
    assert [person["name"] for person in await registered(registry)] == ["Raka"]


async def test_a_row_that_does_not_fit_its_header_is_refused_and_the_others_go_on(
    tmp_path: Path, registry: System
) -> None:
    file = tmp_path / "list.csv"
    file.write_text(HEADER + "Budi\nSantoso, S.H.,budi@example.id,\nRaka,,\n")
    ended = await imported(registry, file)
    assert (ended.code, ended.out) == (1, "1 people registered, 2 refused\n")
    assert "line 2 (persons): it has 1 cells, the header 3" in ended.err
    assert "line 3 (persons): it has 4 cells, the header 3" in ended.err


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffname;kind;area\r\nPolres Satu;police;35.15\r\n",
        "sep=;\r\nname;kind;area\r\nPolres Satu;police;35.15\r\n",
        "name,kind,area,,\nPolres Satu,police,35.15,,\n,,,,\n",
        "Name,KIND, Area \n Polres Satu ,police,35.15\n",
        "nama\tjenis\twilayah\nPolres Satu\tpolice\t35.15\n",
        '"name","kind","area"\n"Polres Satu","police","35.15"\n',
        "area;name;kind\n35.15;Polres Satu;police\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_what_spreadsheet_programs_write_is_read(tmp_path: Path, content: str, encoding: str) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(content.encode(encoding))
    assert bodies(file, ORGANISATIONS) == [{"name": "Polres Satu", "kind": "police", "area": "35.15"}]


def test_a_workbook_is_read_and_a_number_that_was_a_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "list.xlsx"
    rows: list[list[str | float]] = [
        ["Nama", "No. HP"],
        ["Siti", 81234567890.0],
        ["Budi", "081 234"],
        [7.0, "x"],
        ["Raka", 1.5],
    ]
    save_workbook(file, {"Warga": rows, "Kosong": []})
    assert bodies(file) == [
        {"name": "Siti", "phone": "81234567890"},
        {"name": "Budi", "phone": "081 234"},
        "name is 7.0, not text: format the column as text",
        "phone is 1.5, not text: format the column as text",
    ]
    save_workbook(file, {"Polres": [["name", "kind", "area"], ["Polres Gresik", "police", 35.1]]})
    assert bodies(file, ORGANISATIONS) == ["area is 35.1, not text: format the column as text"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("list.xlsx", b"PK\x03\x04 no workbook", "cannot be read as a workbook"),
        ("list.pdf", b"%PDF-1.7", "should end in"),
        ("list.csv", b"name\nJos\xe9\n", "save it as “CSV UTF-8” or as a workbook"),
        ("list.csv", b"name,name\nA,B\n", "it should name the columns name, and may name email, phone"),
        ("list.csv", b"name,note\nA,B\n", "it should name the columns name"),
    ],
)
def test_what_is_no_list_is_refused_whole(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(ListUnreadable, match=said):
        bodies(file)


def test_a_workbook_of_several_lists_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "list.xlsx"
    save_workbook(file, {"Mei": [["name"], ["Siti"]], "Juni": [["name"], ["Budi"]]})
    with pytest.raises(ListUnreadable, match=r"several sheets \(Mei, Juni\)"):
        bodies(file)


@pytest.mark.parametrize("kind", list(SORTS))
async def test_without_a_file_a_sample_is_printed_that_can_be_imported(tmp_path: Path, kind: str) -> None:
    ended = await shell(tmp_path).kemitraan("import", kind)
    assert (ended.code, ended.out) == (0, sample(SORTS[kind].columns, SORTS[kind].sample))
    file = tmp_path / "sample.csv"
    file.write_text(ended.out)
    assert len([entry for entry in read_list(file, SORTS[kind].columns) if not entry.fault]) == 2
