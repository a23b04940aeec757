"""The threat model, the list of ASVS requirements and what was found name what is there, and nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "security"
THREATS, ASVS = "threat-model.md", "asvs.md"
FOUND = "found.md"
MENDED = re.compile(r"(tests/[\w/]+\.py)?::(test_\w+)")
LINK = re.compile(r"\[(test_\w+)\]\(\.\./\.\./(tests/[\w/]+\.py)\)")
PATH = re.compile(
    r"`((?:services|shared|demo|deploy|docs|tests)/[^`\s]*|\w[\w.-]*\.(?:lock|toml|yml|md)|Makefile)`"
)
NUMBER = re.compile(r"(\d+)\.(\d+)\.(\d+)")
JUDGED = ("met", "partly", "not")


def rows(document: str) -> Iterator[list[str]]:
    """The cells of every row of every table, without headings and lines."""
    for line in (FOLDER / document).read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0] not in ("#", "Boundary"):
            yield cells


@cache
def functions_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(function.name for function in tree.body if isinstance(function, functions))


@pytest.mark.parametrize("document", [THREATS, ASVS])
def test_every_test_that_is_named_as_evidence_is_there(document: str) -> None:
    text = (FOLDER / document).read_text("utf-8")
    named = LINK.findall(text)
    assert len(named) > 20, "too few were found; has the way of linking changed?"
    assert len(named) == text.count("[test_"), "every link to a test is written in one way"
    assert [f"{file}: {name}" for name, file in named if name not in functions_in(file)] == []


def test_every_test_of_what_was_mended_is_there() -> None:
    """``tests/a.py::test_x, ::test_y``: those without a file are in the one before."""
    missing, count = [], 0
    for line in (FOLDER / FOUND).read_text("utf-8").splitlines():
        file = ""
        for named, name in MENDED.findall(line):
            file, count = named or file, count + 1
            if not file or not (ROOT / file).exists() or name not in functions_in(file):
                missing.append(f"{file}::{name}")
    assert count > 150, "too few were found; has the way of naming changed?"
    assert missing == []


@pytest.mark.parametrize("document", [THREATS, ASVS])
def test_every_module_that_is_named_is_there(document: str) -> None:
    named = PATH.findall((FOLDER / document).read_text("utf-8"))
    assert len(named) > 20, "too few were found; has the way of naming changed?"
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_threat_says_what_stands_against_it() -> None:
    found = list(rows(THREATS))
    assert {cells[1] for cells in found} == set("STRIDE")
    for cells in found:
        assert len(cells) == 6, cells[:3]
        _, _, threat, against, shown, left = cells
        assert PATH.search(against), f"{threat}: nothing stands against it"
        assert LINK.search(shown) or left != "–", f"{threat}: neither shown nor admitted"


def test_what_is_said_to_be_met_has_its_evidence_and_what_is_not_says_why() -> None:
    for number, level, words, judged, evidence, tests in rows(ASVS):
        assert NUMBER.fullmatch(number), number
        assert level in "12", number
        assert words, number
        assert judged in JUDGED, number
        if judged == "met":
            assert PATH.search(evidence) or LINK.search(tests), f"{number} is met, by nothing"
        else:
            assert evidence, f"{number} is {judged}, and nothing says what is missing"


def test_requirements_stand_in_order_once_each_and_are_counted() -> None:
    found = list(rows(ASVS))
    numbers = [tuple(int(part) for part in cells[0].split(".")) for cells in found]
    assert numbers == sorted(set(numbers))
    met, partly, missing = (sum(cells[3] == judged for cells in found) for judged in JUDGED)
    said = f"**{len(found)} requirements: {met} met, {partly} partly, {missing} not.**"
    assert said in (FOLDER / ASVS).read_text("utf-8"), f"it has to say: {said}"
