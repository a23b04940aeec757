"""What a command prints: whole to people, whatever the width of their screen, and plain to a pipe."""

from __future__ import annotations

import io
import os
import pty
import subprocess
from importlib.metadata import version

import pytest
import typer
from rich.console import Console
from rich.text import Text

from services.cli.archives import report_refused
from shared import console
from tests.cli.shell import COMMAND

ID = "01a229f1-887d-72be-924e-0bc6c5c3e814"
HEADERS = ("due", "what", "about")
ROWS: list[tuple[str | Text, ...]] = [
    ("2026-12-01 08:00", "stage-overdue", ID),
    ("2027-01-01 08:00", Text("[red]late"), "-"),
]


def printed(monkeypatch: pytest.MonkeyPatch, width: int) -> str:
    """What a terminal of this width shows."""
    file = io.StringIO()
    monkeypatch.setattr(console, "out", Console(file=file, width=width, force_terminal=True, no_color=True))
    console.show(HEADERS, ROWS)
    return Text.from_ansi(file.getvalue()).plain


@pytest.mark.parametrize("width", [200, 80, 40, 20])
def test_nothing_is_cut_at_any_width(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    text = printed(monkeypatch, width)
    assert "…" not in text
    assert all(word in text for word in (*HEADERS, ID, "stage-overdue", "2026-12-01 08:00", "[red]late"))


def test_a_table_that_is_too_wide_is_shown_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    assert printed(monkeypatch, 80).count("what") == 1
    assert printed(monkeypatch, 40).count("what") == len(ROWS)


def test_a_pipe_gets_plain_fields(capsys: pytest.CaptureFixture[str]) -> None:
    console.show(("name", "why"), [("a\tb", "line\nline"), (Text("✓", "green"), "")])
    assert capsys.readouterr().out == "name\twhy\na b\tline line\n✓\t\n"


def test_refusals_for_one_reason_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    here = "it is here already"
    refused = [{"service": "partners", "line": n, "what": "boards", "reason": here} for n in range(2, 902)]
    refused.append({"service": "programs", "line": 7, "what": "stages", "reason": "it names no programme"})
    with pytest.raises(typer.Exit):
        report_refused(refused, None, len(refused) + 50)
    assert capsys.readouterr().err.splitlines() == [
        f"partners 900 lines, 2 to 901 (boards and others): {here}",
        "programs line 7 (stages): it names no programme",
        "… and 50 more (--report FILE writes the first thousand)",
    ]


def test_the_version_is_told_on_a_terminal_too() -> None:
    ours, theirs = pty.openpty()
    try:
        subprocess.run([*COMMAND, "--version"], stdout=theirs, check=True, timeout=60)
        assert os.read(ours, 100).decode().strip() == f"kemitraan {version('kemitraan')}"
    finally:
        os.close(ours)
        os.close(theirs)
