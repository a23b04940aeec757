"""Loop variables say what they hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("services", "shared", "demo", "tools", "benchmarks")
SAY_NOTHING = {"one", "found", "wanted", "theirs", "ours", "mine"}


def targets(tree: ast.AST) -> Iterator[ast.Name]:
    """Every name that a loop or a comprehension binds."""
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            yield from (name for name in ast.walk(node.target) if isinstance(name, ast.Name))


def empty_names(source: str) -> list[str]:
    return [name.id for name in targets(ast.parse(source)) if name.id in SAY_NOTHING]


def test_no_loop_variable_says_nothing() -> None:
    wrong = {
        str(path.relative_to(ROOT)): names
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if (names := empty_names(path.read_text()))
    }
    assert wrong == {}


def test_an_empty_name_is_seen_in_loops_and_comprehensions() -> None:
    assert empty_names("for one in parties: pass") == ["one"]
    assert empty_names("{key: found for key, found in pairs}") == ["found"]
    assert empty_names("[party for party in parties]") == []
