"""`--help` teaches: every command, every argument and every option says what it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from services.cli.app import app


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group under this one, with the words that call it."""
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"(?:`|bin/|exec [a-z]+ )kemitraan ([a-z-]+)(?: ([a-z-]+))?")
ALL = dict(commands(get_command(app)))


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_describes_the_command_and_all_that_it_takes(path: tuple[str, ...]) -> None:
    command = ALL[path]
    shown = CliRunner(env={"COLUMNS": "300"}).invoke(app, [*path, "--help"])
    assert shown.exit_code == 0
    text = " ".join(shown.stdout.split())
    described = [command.help, *(getattr(param, "help", None) for param in command.params)]
    described += [below.help for below in getattr(command, "commands", {}).values()]
    for help_ in described:
        assert help_, f"{path}: something is not described"
        assert " ".join(help_.split("\n\n")[0].split()) in text
    for param in command.params:
        assert (param.opts[0] if param.opts[0].startswith("--") else param.name) in text


def test_a_command_that_a_document_names_exists() -> None:
    files = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*")]
    text = "\n".join(file.read_text() for file in files if file.is_file())
    named = {tuple(filter(None, found)) for found in NAMED.findall(text)}
    assert ("dead-letters", "list") in named
    for words in named:
        assert words[:1] in ALL, words
        assert not hasattr(ALL[words[:1]], "commands") or words in ALL, words


def test_without_a_command_the_help_is_shown() -> None:
    shown = CliRunner().invoke(app, [])
    assert shown.exit_code == 2
    assert "Run Kemitraan and look after it" in shown.output
