"""Variable names say what they hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("services", "shared", "demo", "tools", "benchmarks")
NOWHERE = {"one", "found"}
IN_NO_LOOP = NOWHERE | {"wanted", "theirs", "ours", "mine", "other", "each"}


def bound(tree: ast.AST) -> Iterator[str]:
    """Every name that is assigned, or a parameter."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


def bound_by_loops(tree: ast.AST) -> Iterator[str]:
    """Every name that a loop or a comprehension binds."""
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            yield from (name.id for name in ast.walk(node.target) if isinstance(name, ast.Name))


def empty_names(source: str) -> list[str]:
    tree = ast.parse(source)
    names = [name for name in bound(tree) if name in NOWHERE]
    return names + [name for name in bound_by_loops(tree) if name in IN_NO_LOOP - NOWHERE]


def test_no_variable_says_nothing() -> None:
    wrong = {
        str(path.relative_to(ROOT)): names
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if (names := empty_names(path.read_text()))
    }
    assert wrong == {}


def test_an_empty_name_is_seen_wherever_it_is_bound() -> None:
    assert empty_names("for one in parties: pass") == ["one"]
    assert empty_names("{key: found for key, found in pairs}") == ["found"]
    assert empty_names("found = 1") == ["found"]
    assert empty_names("def read(one): pass") == ["one"]
    assert empty_names("wanted = 1\nfor mine in wanted: pass") == ["mine"]
    assert empty_names("[party for party in parties]") == []
