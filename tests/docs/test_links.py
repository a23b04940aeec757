"""Links, paths, modules and commands that the documents name exist."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer

from services.cli.app import app

ROOT = Path(__file__).parents[2]
LISTED = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
DOCUMENTS = [name for name in LISTED.stdout.splitlines() if not name.startswith("demo/")]
PAST = ("CHANGELOG.md", "docs/decisions/", "docs/security/found.md")
"""Documents that also name what was there at their time."""
MADE = ("deploy/keys", "deploy/prometheus/alertmanagers/ours.yml")
"""Files of an installation."""
FOLDERS = ("benchmarks", "demo", "deploy", "docs", "services", "shared", "tests", "tools")
PLACEHOLDERS = re.compile(r"[…<{]|\.\.\.")
"""In paths that stand for others: examples, and what a reader has to fill in."""


def links(text: str) -> list[str]:
    """Relative targets of Markdown links."""
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)", prose)
    return [target.split("#")[0] for target in targets if not re.match(r"[a-z]+:|#", target)]


def paths(text: str) -> list[str]:
    """Paths of this repository and modules, in code font."""
    words = re.findall(r"`([\w./*-]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [
        word
        for word in words
        if ((word.split("/")[0] in FOLDERS and "/" in word) or re.fullmatch(r"\w+\.py", word))
        and not PLACEHOLDERS.search(word)
        and not word.startswith(MADE)
    ]


def exists(path: str, beside: Path) -> bool:
    """From the root of the repository, beside the document or, for a bare module, anywhere in the sources."""
    return any(any(folder.glob(path.rstrip("/"))) for folder in (ROOT, beside)) or (
        "/" not in path and any(any((ROOT / folder).rglob(path)) for folder in FOLDERS)
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_somewhere(name: str) -> None:
    document = ROOT / name
    assert [
        link for link in links(document.read_text("utf-8")) if not (document.parent / link).exists()
    ] == []


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if not name.startswith(PAST)])
def test_every_path_that_is_named_exists(name: str) -> None:
    document = ROOT / name
    assert [path for path in paths(document.read_text("utf-8")) if not exists(path, document.parent)] == []


def test_what_is_gone_is_seen() -> None:
    assert links("[a](gone.md#there) `[b](c.md)` [d](https://example.org/)") == ["gone.md"]
    assert paths("`shared/gone.py`, `gone.py`, `services/…/x.py`, `kemitraan up`") == [
        "shared/gone.py",
        "gone.py",
    ]
    assert not exists("gone.py", ROOT)
    assert exists("shared/worker.py", ROOT)


def commands(text: str) -> list[list[str]]:
    """The words after `kemitraan` in examples and in code font, up to the first option or placeholder."""
    code = re.findall(r"```sh\n(.*?)```|`([^`\n]+)`", text, re.DOTALL)
    lines = [line for block, inline in code for line in (block or inline).splitlines()]
    called = [re.search(r"(?:^|[\s/])kemitraan ((?:[a-z][a-z-]* ?)+)", line.split("#")[0]) for line in lines]
    return [match[1].split() for match in called if match]


def known(words: list[str]) -> bool:
    """Whether the words begin with a command; what follows it are its arguments."""
    command: Any = typer.main.get_command(app)
    for word in words:
        below = getattr(command, "commands", None)
        if below is None:
            return True
        if word not in below:
            return False
        command = below[word]
    return True


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if not name.startswith(PAST)])
def test_every_command_that_is_named_exists(name: str) -> None:
    called = commands((ROOT / name).read_text("utf-8"))
    assert [" ".join(words) for words in called if not known(words)] == []


def test_a_command_that_is_gone_is_seen() -> None:
    called = commands(
        "`kemitraan docs check`, `.venv/bin/kemitraan keys list --out x`, `kemitraan up portal`"
    )
    assert called == [["docs", "check"], ["keys", "list"], ["up", "portal"]]
    assert [known(words) for words in called] == [False, True, True]
