"""What the commands about archives, lists, timers and the history do, and say when they cannot."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from demo.simulator import SERVICES
from services.cli import spreadsheets
from services.cli.archives import PUT_IN
from services.registry import service
from shared.archive.client import keys_beside
from shared.client import mint
from shared.clock import SystemClock
from shared.service_names import WITH_DATA
from tests.cli.shell import Ended, beside, shell
from tests.http.reading import Reading, everything
from tests.support.history import SEED, UNTIL, at_its_end, lived
from tests.support.ports import free_port
from tests.support.system import System, system
from tests.support.wait import eventually

pytestmark = pytest.mark.timeout(300)
STORING = [service(name) for name in WITH_DATA]


@pytest.fixture(scope="module")
def history() -> Path:
    """The archives of one partnership's three years."""
    return lived(1)


@asynccontextmanager
async def running(folder: Path, names: tuple[str, ...] = WITH_DATA) -> AsyncIterator[System]:
    """The services that keep something; tokens are minted by the commands, so it is today."""
    folder.mkdir(exist_ok=True)
    async with system(folder, [service(name) for name in names]) as here:
        yield here


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[System]:
    """An empty system."""
    async with running(tmp_path / "here") as there:
        yield there


async def organisations(here: System) -> list[str]:
    """The names that are registered."""
    answer = await here.call("GET", "/api/partners/v1/organisations?limit=100")
    return [item["name"] for item in answer.body["items"]]


async def nothing_is_due(here: System) -> bool:
    """Whether every timer lies in the future."""
    now = SystemClock().now().isoformat()
    path, token = "/api/{}/v1/timers?limit=1000", here.token("operator")
    found = [(await here.call("GET", path.format(name), token=token)).body for name in SERVICES]
    return all(timer["due_at"] > now for timers in found for timer in timers)


def files_in(reading: Reading) -> Reading:
    """The files that were read."""
    return {path: shown for path, shown in reading.items() if path.endswith("/file")}


def told_by(archive: Path) -> list[bytes]:
    """The lines of an archive, but for what auditors are told of each taking out: it is in the next one."""
    lines = archive.read_bytes().splitlines()
    return [line for line in lines if b"data-exported" not in line and not line.startswith(b'{"end":')]


def rows(ended: Ended) -> list[list[str]]:
    """The cells of a printed table."""
    return [line.split("\t") for line in ended.out.splitlines()[1:]]


# --- archives ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["jsonl", "csv"])
async def test_what_was_exported_can_be_imported_and_every_read_is_the_same(
    tmp_path: Path, history: Path, shape: str
) -> None:
    plain, first, second = tmp_path / "plain", tmp_path / "first", tmp_path / "second"
    async with running(tmp_path / "a") as here:
        taken = await beside(here).kemitraan("archive", "import", str(history))
        assert taken.code == 0, taken.err
        assert [(row[0], *row[3:]) for row in rows(taken)] == [
            (name, "0", "kept", "0") for name in ("partners", "programs", "products")
        ]
        # The history lies in the past: what has been due since happens now, and then all is quiet.
        await eventually(lambda: nothing_is_due(here), timeout=30)
        await beside(here).kemitraan("archive", "export", str(plain))
        written = await beside(here).kemitraan("archive", "export", str(first), "--format", shape)
        assert (written.code, written.out) == (0, f"exported to {first}\n")
        before = files_in(await everything(here, "partners"))
    held = {file.name for file in first.iterdir()}
    assert held == {"files", *WITH_DATA} if shape == "csv" else held > {"files", "partners.jsonl"}
    async with running(tmp_path / "b") as there:
        taken = await beside(there).kemitraan("archive", "import", str(first))
        assert taken.code == 0, taken.err
        await beside(there).kemitraan("archive", "export", str(second))
        assert files_in(await everything(there, "partners")) == before != {}
    for name in WITH_DATA:
        assert told_by(second / f"{name}.jsonl") == told_by(plain / f"{name}.jsonl")
    for file in (history / "files").iterdir():
        assert (second / "files" / file.name).read_bytes() == file.read_bytes()


def test_who_reacts_is_put_in_before_those_of_whom_it_hears() -> None:
    """Else it would hear again of what it has done, and refuse its own archive."""
    reacting = [bool(service(name).reactions) for name in PUT_IN]
    assert any(reacting)
    assert reacting == sorted(reacting, reverse=True)


async def test_a_dry_run_reports_and_changes_nothing(here: System, history: Path) -> None:
    dry = await beside(here).kemitraan("archive", "import", str(history), "--dry-run")
    assert dry.code == 0
    assert {row[4] for row in rows(dry)} == {"nothing was changed"}
    assert await organisations(here) == []
    done = await beside(here).kemitraan("archive", "import", str(history))
    assert [row[:4] for row in rows(done)] == [row[:4] for row in rows(dry)]
    assert len(await organisations(here)) == 5


async def test_refused_lines_are_shown_reported_and_fail_the_command(
    tmp_path: Path, here: System, history: Path
) -> None:
    await beside(here).kemitraan("archive", "import", str(history))
    report, other = tmp_path / "refused.jsonl", tmp_path / "other"
    shutil.copytree(history, other)
    shutil.copy(keys_beside(history), keys_beside(other))
    for name in SERVICES:  # other bytes, so another archive, of the same things
        archive = other / f"{name}.jsonl"
        archive.write_text(archive.read_text().replace("\n", " \n"))
    again = await beside(here).kemitraan("archive", "import", str(other), "--report", str(report))
    assert again.code == 1
    assert {row[4] for row in rows(again)} == {"nothing was changed"}
    assert all(int(row[3]) > int(row[1]) * 0.9 for row in rows(again))
    alike = [line for line in again.err.splitlines() if "it is here already" in line]
    assert len(alike) <= 2 * len(SERVICES), "what is refused for one reason is told once"
    assert any(line.startswith("partners ") and " lines, 2 to " in line for line in alike)
    found = [json.loads(line) for line in report.read_text().splitlines()]
    assert found[0].keys() == {"service", "line", "what", "reason"}
    assert {item["service"] for item in found} == set(SERVICES)


async def test_an_import_that_was_cut_off_between_two_services_is_carried_on(
    tmp_path: Path, here: System, history: Path
) -> None:
    part = tmp_path / "part"
    shutil.copytree(history, part)
    shutil.copy(keys_beside(history), keys_beside(part))
    for name in SERVICES[1:]:
        (part / f"{name}.jsonl").unlink()
    first = await beside(here).kemitraan("archive", "import", str(part))
    assert {row[0]: row[4] for row in rows(first)} == {SERVICES[0]: "kept"}
    whole = await beside(here).kemitraan("archive", "import", str(history))
    assert whole.code == 0, whole.err
    assert {row[0]: row[4] for row in rows(whole)} == {SERVICES[0]: "kept before"} | dict.fromkeys(
        SERVICES[1:], "kept"
    )
    third = await beside(here).kemitraan("archive", "import", str(history))
    assert (third.code, {row[4] for row in rows(third)}) == (0, {"kept before"})
    assert len(await organisations(here)) == 5


async def test_a_file_that_is_missing_or_changed_stops_an_import_before_anything_is_sent(
    tmp_path: Path, here: System, history: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(history, copy)
    shutil.copy(keys_beside(history), keys_beside(copy))
    named = next(iter(sorted((copy / "files").iterdir())))
    content = named.read_bytes()
    named.write_bytes(content + b"!")
    changed = await beside(here).kemitraan("archive", "import", str(copy))
    assert changed.code == 1
    assert f"{named} does not match its name: its content was changed" in changed.err
    named.unlink()
    missing = await beside(here).kemitraan("archive", "import", str(copy), "--dry-run")
    assert missing.code == 1
    assert f"{named} is missing: the archive names it" in missing.err


async def test_a_cut_archive_is_refused_in_the_services_own_words(
    tmp_path: Path, here: System, history: Path
) -> None:
    lines = (history / "partners.jsonl").read_bytes().splitlines(keepends=True)
    folder = tmp_path / "cut"
    folder.mkdir()
    shutil.copy(keys_beside(history), keys_beside(folder))
    shutil.copytree(history / "files", folder / "files")
    (folder / "partners.jsonl").write_bytes(b"".join(lines[:-1]))
    ended = await beside(here).kemitraan("archive", "import", str(folder))
    assert ended.code == 1
    assert "partners: This is not a complete archive of the service partners: its end is missing" in ended.err
    assert await organisations(here) == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ("archive import nowhere", 2, "does not exist"),
        (
            "archive import .",
            1,
            "contains no archive: neither one of notifications.jsonl, identity.jsonl, partners.jsonl",
        ),
        ("archive export . --format xlsx", 2, "'jsonl', 'csv'"),
        ("archive import file.txt", 2, "is a file"),
        ("archive export out", 1, "Is it running (kemitraan up)?"),
        ("import organisations nowhere.csv", 2, "does not exist"),
        ("import houses file.txt", 2, "'organisations', 'people'"),
        ("timers", 1, "Is it running (kemitraan up)?"),
        ("timers portal", 2, "there is no service 'portal' with its own data"),
        (
            "demo --until 2999-01-01 --out out",
            2,
            "a history must be in the past: the latest day for --until is",
        ),
        ("demo --until tomorrow", 2, "'tomorrow' does not match"),
        ("demo --scale=-1", 2, "greater than or equal to 0"),
        ("demo --no-live --scale 1 --out file.txt", 2, "is a file"),
    ],
)
async def test_what_cannot_be_done_is_said_with_what_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.txt").write_text("Halo")
    nowhere = shell(tmp_path, KEMITRAAN_PORT=str(free_port()), PYTHONPATH=str(Path(__file__).parents[2]))
    ended = await nowhere.kemitraan(*arguments.split())
    assert (ended.code, ended.out) == (code, "")
    assert said in " ".join(ended.err.split())


async def test_without_its_keys_an_archive_is_taken_in_nameless_or_not_at_all(
    tmp_path: Path, here: System, history: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(history, copy)
    refused = await beside(here).kemitraan("archive", "import", str(copy))
    assert refused.code == 1
    assert f"{keys_beside(copy)} is missing: without it all personal data is left out" in refused.err
    broken = tmp_path / "broken.keys"
    broken.write_text('{"service": "partners", "key": {"agency": "x", "person": "y", "key": "z"}}\n')
    unread = await beside(here).kemitraan("archive", "import", str(copy), "--keys", str(broken))
    assert unread.code == 1
    assert "a key that came with it is none" in unread.err
    assert await organisations(here) == []
    taken = await beside(here).kemitraan("archive", "import", str(copy), "--nameless")
    assert taken.code == 0, taken.err
    nameless = {row[0]: int(row[5]) for row in rows(taken)}
    assert nameless["partners"] > 0
    assert nameless["programs"] > 0, "what residents reported, and how they can be reached"
    assert nameless["products"] == 0
    token = mint(here.settings, "coordinator")
    persons = (await here.call("GET", "/api/partners/v1/persons", token=token)).body["items"]
    assert {person["name"] for person in persons} == {""}


# --- spreadsheets --------------------------------------------------------------------------------------

ODD: list[Any] = [
    None,
    "",
    " ",
    "\\N",
    "7",
    7,
    35.10,
    "35.10",
    True,
    "true",
    "null",
    '"',
    '{"a": 1}',
    {"a": [1, None, "x"]},
    [],
    "=1+1",
    "-3",
    "+62",
    "@here",
    "\tx",
    "a,b;c",
    "two\r\nlines\n",
    "“é”\u2028",
    2**53,
    1e-9,
]


def test_every_value_comes_back_from_a_spreadsheet_as_the_kind_that_it_was(tmp_path: Path) -> None:
    lines = [{"format": "kemitraan-archive", "version": 1, "service": "testing"}]
    lines += [{"table": "odd", "row": {"value": value, "other": "x"}} for value in ODD]
    lines += [{"event": {"id": "1", "data": ODD}}, {"end": len(ODD) + 1}]
    archive, again = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    archive.write_text("".join(json.dumps(line) + "\n" for line in lines))
    spreadsheets.to_csv(archive, tmp_path / "sheets")
    spreadsheets.from_csv(tmp_path / "sheets", again, "testing")
    assert [json.loads(line) for line in again.read_text().split("\n")[:-1]] == lines


def test_no_cell_of_a_spreadsheet_is_a_formula_or_a_number_that_was_a_text(tmp_path: Path) -> None:
    archive = tmp_path / "a.jsonl"
    head = {"format": "kemitraan-archive", "version": 1, "service": "testing"}
    texts = ["=1+1", "+62", "-3", "@x", "35.10", "007", "1e5"]
    lines = [head, *({"table": "odd", "row": {"value": text}} for text in texts), {"end": len(texts)}]
    archive.write_text("".join(json.dumps(line) + "\n" for line in lines))
    spreadsheets.to_csv(archive, tmp_path / "sheets")
    with (tmp_path / "sheets" / "odd.csv").open(newline="") as file:
        cells = [row["value"] for row in csv.DictReader(file)]
    assert [cell for cell in cells if cell != "007"] == [json.dumps(text) for text in texts if text != "007"]
    assert cells[5] == "007"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("tables.txt", None, "tables.txt is missing: it gives the order of the tables"),
        ("organisations.csv", None, "organisations.csv is missing, but tables.txt names it"),
        ("organisations.csv", b"", "does not begin with a line of different column names"),
        ("organisations.csv", b"id,id\n1,2\n", "does not begin with a line of different column names"),
        ("organisations.csv", b"id,name\n1\n", "line 2 of"),
        ("organisations.csv", b"id,name\n1,2,3\n", "has 3 cells, its header 2"),
        ("organisations.csv", b"id,name\n\xff,2\n", "organisations.csv is not UTF-8 text"),
        ("organisations.csv", b'id,name\n"1"x,2\n', "organisations.csv is not valid CSV"),
        ("events.csv", b"happened\n{}\n", "it should have one, event"),
    ],
)
def test_a_spreadsheet_of_another_form_is_named(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    (tmp_path / "tables.txt").write_text("organisations\nevents\n")
    (tmp_path / "organisations.csv").write_text("id,name\n1,x\n")
    (tmp_path / "events.csv").write_text("event\n{}\n")
    spreadsheets.from_csv(tmp_path, tmp_path / "out.jsonl", "partners")
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(spreadsheets.SheetUnreadable) as refused:
        spreadsheets.from_csv(tmp_path, tmp_path / "out.jsonl", "partners")
    assert said in str(refused.value)


async def test_a_column_with_another_name_is_refused_by_the_service(
    tmp_path: Path, here: System, history: Path
) -> None:
    spreadsheets.to_csv(history / "partners.jsonl", tmp_path / "sheets" / "partners")
    shutil.copytree(history / "files", tmp_path / "sheets" / "files")
    shutil.copy(keys_beside(history), keys_beside(tmp_path / "sheets"))
    sheet = tmp_path / "sheets" / "partners" / "organisations.csv"
    sheet.write_text(sheet.read_text().replace("name", "nama", 1))
    ended = await beside(here).kemitraan("archive", "import", str(tmp_path / "sheets"))
    assert ended.code == 1
    assert "name: Field required" in ended.err
    assert "nama: Extra inputs are not permitted" in ended.err


async def test_two_archives_of_one_service_are_not_chosen_between(tmp_path: Path, here: System) -> None:
    (tmp_path / "both" / "partners").mkdir(parents=True)
    (tmp_path / "both" / "partners.jsonl").write_text("")
    ended = await beside(here).kemitraan("archive", "import", str(tmp_path / "both"))
    assert ended.code == 1
    assert "contains both partners.jsonl and CSV files of partners" in ended.err
    over = await beside(here).kemitraan("archive", "export", str(tmp_path / "both"), "--format", "csv")
    assert over.code == 1
    assert "already contains partners, partners.jsonl: choose an empty folder" in over.err


# --- lists ---------------------------------------------------------------------------------------------

LIST = """name,kind,area
Polres Satu,police,35.15
"Forum, Desa Dua",community,35.15
"""


async def test_a_list_is_registered_once_however_often_it_is_sent(tmp_path: Path, here: System) -> None:
    file = tmp_path / "list.csv"
    file.write_text(LIST, "utf-8-sig")
    dry = await beside(here).kemitraan("import", "organisations", str(file), "--dry-run")
    assert (dry.code, dry.out) == (0, "2 organisations would be registered, 0 refused\n")
    assert await organisations(here) == []
    done = await beside(here).kemitraan("import", "organisations", str(file))
    assert (done.code, done.out) == (0, "2 organisations registered, 0 refused\n")
    file.write_text(LIST + "Sekolah Tiga,school,35.15\n")
    more = await beside(here).kemitraan("import", "organisations", str(file))
    assert (more.code, more.out) == (0, "1 organisations registered, 2 registered before, 0 refused\n")
    assert sorted(await organisations(here)) == ["Forum, Desa Dua", "Polres Satu", "Sekolah Tiga"]


async def test_lines_that_are_refused_are_reported_and_the_others_go_on(tmp_path: Path, here: System) -> None:
    file, report = tmp_path / "list.jsonl", tmp_path / "refused.jsonl"
    bodies = [
        {"name": "Satu", "email": "satu@example.org"},
        {"name": "D"},
        {"name": "Tiga", "email": "tiga"},
        {"name": "Empat"},
    ]
    file.write_text("\n".join(map(json.dumps, bodies)) + "\n\n")
    ended = await beside(here).kemitraan("import", "people", str(file), "--report", str(report))
    assert (ended.code, ended.out) == (1, "2 people registered, 2 refused\n")
    assert "line 2 (persons): /name: " in ended.err
    assert "line 3 (persons): /email: " in ended.err
    found = [json.loads(line) for line in report.read_text().splitlines()]
    assert [refused["line"] for refused in found] == [2, 3]
    token = mint(here.settings, "coordinator")
    listed = await here.call("GET", "/api/partners/v1/persons", token=token)
    assert [item["name"] for item in listed.body["items"]] == ["Satu", "Empat"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"judul,kind,area\nx,police,1\n", "it should name the columns name, kind, area"),
        ("a.csv", b"name,kind\nx,police\n", "it should name the columns name, kind, area"),
        ("a.csv", b"", "the first line of"),
        ("a.csv", b"name,kind,area\n\xff\n", "is not UTF-8 text (byte 16)"),
        ("a.csv", b'name,kind,area\n"x"y,police,1\n', "is not valid CSV"),
        ("a.jsonl", b'{"name": "x"}\n{\n', "line 2 of"),
        ("a.jsonl", b"[1]\n", "should be a JSON object"),
    ],
)
async def test_a_list_of_another_form_is_refused_before_anything_is_sent(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    ended = await shell(tmp_path).kemitraan("import", "organisations", str(file))
    assert (ended.code, ended.out) == (2, "")
    assert said in " ".join(ended.err.replace("│", " ").split())


# --- timers, and the history ---------------------------------------------------------------------------


async def test_timers_are_listed_by_when_they_are_due(here: System, history: Path) -> None:
    empty = await beside(here).kemitraan("timers")
    assert (empty.code, empty.out) == (0, "no timers\n")
    await beside(here).kemitraan("archive", "import", str(history))
    listed = (await beside(here).kemitraan("timers", "--json")).json
    assert listed
    assert all(
        item.keys() == {"service", "name", "about", "key", "due_at", "attempts", "failing"} for item in listed
    )
    assert [item["due_at"] for item in listed] == sorted(item["due_at"] for item in listed)
    shown = await beside(here).kemitraan("timers", "partners")
    assert all(item["about"] in shown.out for item in listed if item["service"] == "partners")
    assert not any(item["about"] in shown.out for item in listed if item["service"] == "products")


async def test_a_history_is_written_as_an_archive_that_depends_on_the_seed(tmp_path: Path) -> None:
    plain = shell(tmp_path, KEMITRAAN_BLOB_URL=(tmp_path / "elsewhere").as_uri())
    until = ("--until", "2026-01-31", "--scale", "1", "--seed")
    for seed in ("tests", "other"):
        ended = await plain.kemitraan("demo", "--out", str(tmp_path / seed), *until, seed)
        assert (ended.code, ended.err) == (0, ""), ended.err
        assert ended.out == f"{tmp_path / seed}\n"
    for name in SERVICES:
        own = (tmp_path / "tests" / f"{name}.jsonl").read_bytes()
        assert own == (lived(1) / f"{name}.jsonl").read_bytes()
        assert own != (tmp_path / "other" / f"{name}.jsonl").read_bytes()
    assert not (tmp_path / "elsewhere").exists()


async def test_a_history_is_loaded_into_an_empty_system_and_into_no_other(here: System) -> None:
    english = ("demo", "--until", "2026-01-31", "--no-live", "--lang", "en")
    loaded = await beside(here).kemitraan(*english, "--scale", "1", "--seed", SEED)
    assert loaded.code == 0, loaded.err
    assert "1 partnerships with three years of history" in loaded.out
    assert len(await organisations(here)) == 5
    assert not list(here.settings.data.glob("history-*")), "nothing is left to carry on"
    again = await beside(here).kemitraan(*english, "--scale", "1", "--seed", "other")
    assert (again.code, again.out) == (1, "")
    assert again.err == "There are partnerships already; a history can only be loaded into an empty system.\n"
    assert len(await organisations(here)) == 5
    # Without a number of partnerships there is nothing to do where there are some.
    left = await beside(here).kemitraan(*english)
    assert (left.code, left.out, left.err) == (0, "", "")


async def test_a_history_whose_loading_was_cut_off_is_carried_on_and_not_a_new_one(
    tmp_path: Path, here: System
) -> None:
    written = tmp_path / "written"
    options = ("--out", str(written), "--until", UNTIL.isoformat(), "--scale", "1", "--seed", SEED)
    made = await beside(here).kemitraan("demo", *options)
    assert made.code == 0, made.err
    for name in SERVICES[1:]:
        (written / f"{name}.jsonl").unlink()
    assert (await beside(here).kemitraan("archive", "import", str(written))).code == 0
    mark = here.settings.data / "history-is-loaded.json"
    mark.write_text(json.dumps([1, SEED, UNTIL.isoformat()]))
    loaded = await beside(here).kemitraan("demo", "--until", "2026-03-31", "--no-live", "--lang", "en")
    assert (loaded.code, loaded.err) == (0, ""), "the one that was begun, whatever is asked for now"
    assert len(await organisations(here)) == 5
    programs = await here.call("GET", "/api/programs/v1/programs")
    assert programs.body["items"]
    assert not mark.exists()


async def test_a_history_that_a_service_refuses_leaves_all_of_them_empty(here: System) -> None:
    body = {"name": "FKPM Gresik (demonstrasi)", "kind": "community", "area": "35.25"}
    token = mint(here.settings, "coordinator")
    made = await here.call("POST", "/api/partners/v1/organisations", body, token=token)
    assert made.status == 201
    stopped = await beside(here).kemitraan(
        "demo", "--until", "2026-01-31", "--no-live", "--lang", "en", "--scale", "1"
    )
    assert (stopped.code, stopped.out) == (1, "")
    assert stopped.err.startswith("The history could not be loaded: partners: line ")
    assert await organisations(here) == ["FKPM Gresik (demonstrasi)"]
    programs = await here.call("GET", "/api/programs/v1/programs")
    assert programs.body["items"] == []


def test_the_clock_of_the_history_is_not_that_of_these_commands() -> None:
    assert at_its_end().now() < SystemClock().now()
    assert {command.name for command in STORING} == set(WITH_DATA)
