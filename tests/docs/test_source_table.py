"""The tables that lead from the source to the software name what is there, and nothing else."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

import shared.contracts
from services.portal.api import pages
from services.registry import service
from shared.clock import SystemClock
from shared.contracts.event import contracts
from shared.settings import load_settings
from tests.support.operations import own_routes

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "source.md"
SENTENCES, ROWS_OF_THE_MODEL = 25, 12
PUBLISHERS = ("partners", "programs", "products", "notifications")
LINK = re.compile(r"\[(test_\w+)\]\(\.\./(tests/[\w/]+\.py)\)")
CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Row:
    """A row of a table, its cells by the words of their headings."""

    number: str
    cells: dict[str, str]

    def codes(self, column: str) -> list[str]:
        return CODE.findall(self.cells[column])

    @property
    def tests(self) -> list[tuple[str, str]]:
        return LINK.findall(self.cells["Tests"])


def rows(text: str) -> Iterator[Row]:
    headings: list[str] = []
    for line in text.splitlines():
        if not line.startswith("| "):
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] == "#":
            headings = cells
        else:
            assert len(cells) == len(headings), f"row {cells[0]} has another number of cells"
            yield Row(cells[0], dict(zip(headings, cells, strict=True)))


TABLE = list(rows(DOCUMENT.read_text("utf-8")))


def functions_of(name: str) -> set[str]:
    """The use cases of a service: public functions that take a transaction first."""
    package = importlib.import_module(f"services.{name}.commands")
    paths = getattr(package, "__path__", [])
    modules = [
        importlib.import_module(f"{package.__name__}.{module.name}") for module in pkgutil.iter_modules(paths)
    ]
    return {
        f"{name}.{key}"
        for module in [package, *modules]
        for key, value in vars(module).items()
        if inspect.isfunction(value)
        and not key.startswith("_")
        and next(iter(inspect.signature(value).parameters), "") == "tx"
    }


def routes() -> set[str]:
    """Every route of a service's API and every page, as ``GET /path/{parameter}``."""
    found = {
        f"{method} /api/{name}{route.path}"
        for name in PUBLISHERS
        for route in own_routes(service(name)).values()
        for method in route.methods or ()
    }
    runtime: Any = SimpleNamespace(
        settings=load_settings(),
        clock=SystemClock(),
        part=lambda _kind: None,
        service=SimpleNamespace(name="portal"),
        new_id=None,
    )
    app = cast("Any", pages(runtime)).app
    return found | {f"GET {re.sub(r':[a-z]+}', '}', route.path)}" for route in app.routes}


@pytest.fixture(scope="module")
def known_routes() -> set[str]:
    return routes()


@pytest.fixture(scope="module")
def known_commands() -> set[str]:
    return set().union(*(functions_of(name) for name in PUBLISHERS))


@pytest.fixture(scope="module")
def known_events() -> set[str]:
    for module in pkgutil.iter_modules(shared.contracts.__path__):
        importlib.import_module(f"shared.contracts.{module.name}")
    return {contract.type() for contract in contracts()}


def test_no_sentence_and_no_row_of_the_model_is_left_out() -> None:
    numbers = [row.number for row in TABLE]
    expected = [str(number) for number in range(1, SENTENCES + 1)]
    asked_for = sum(number.startswith("P") for number in numbers)
    for letter, count in (("M", ROWS_OF_THE_MODEL), ("P", asked_for)):
        expected += [f"{letter}{number}" for number in range(1, count + 1)]
    assert numbers == expected
    sentences = [row.cells["The sentence"] for row in TABLE[:SENTENCES]]
    assert len(set(sentences)) == SENTENCES
    assert all(len(sentence) > 10 for sentence in sentences)
    assert sentences[0].startswith("Kemitraan dalam penyelenggaraan tugas polisi")
    assert sentences[-1].endswith("memperbaiki,meningkatkan dan membangun.")


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.number)
def test_what_a_row_names_is_there(
    row: Row, known_commands: set[str], known_events: set[str], known_routes: set[str]
) -> None:
    commands, events, screens = (row.codes(name) for name in ("Commands", "Events", "Screens"))
    assert commands, "a sentence that nothing does"
    assert events, "a sentence of which nothing is recorded"
    assert screens, "a sentence that nobody sees"
    assert [command for command in commands if command not in known_commands] == []
    assert [event for event in events if event not in known_events] == []
    assert [screen for screen in screens if screen not in known_routes] == []


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.number)
def test_what_a_row_links_to_is_a_test(row: Row) -> None:
    assert row.tests, "a sentence that no test shows"
    assert len(row.tests) == row.cells["Tests"].count("]("), "every link leads to a test"
    for name, file in row.tests:
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        functions = {
            link.name for link in tree.body if isinstance(link, (ast.FunctionDef, ast.AsyncFunctionDef))
        }
        assert name in functions, f"{file} has no {name}"


def test_a_measure_that_is_not_computed_is_said_not_to_be() -> None:
    text = DOCUMENT.read_text("utf-8")
    for number in range(1, 9):
        sentences = [line for line in text.splitlines() if line.startswith("| ") and f"C{number}" in line]
        assert sentences, f"C{number} is nowhere spoken of"
        said = re.compile(rf"C{number}\b[^|]*not (?:computed|built|there) yet")
        for line in sentences:
            assert said.search(line), f"{line[:60]}… does not say that C{number} is not there yet"
