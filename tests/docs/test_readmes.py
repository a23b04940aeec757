"""READMEs: events of each service from its declarations; the same contents in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services.registry import NAMES, service
from tools.reference.documents import flow

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", [name for name in NAMES if service(name).metadata is not None])
def test_the_readme_of_a_service_lists_its_events(name: str) -> None:
    declared = service(name)
    listed = flow(declared)
    assert listed in (ROOT / "services" / name / "README.md").read_text("utf-8"), "run: make docs"
    assert all(f"`{contract.event_name}`" in listed for contract in declared.publishes)
    assert all(f"`{event.type()}`" in listed for each in declared.consumers for event in each.events)


def _parts(name: str) -> dict[str, list[str]]:
    """What is the same in every language: levels of headings, links, commands, settings and paths."""
    text = (ROOT / name).read_text("utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    commands = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return {
        "headings": re.findall(r"^#+(?= )", text, re.MULTILINE),
        "links": sorted({link for link in re.findall(r"\]\((.+?)\)", text) if not link.startswith("README")}),
        "commands": [command for command in commands if command],
        "words of the code": sorted({word for word in re.findall(r"`([^`\n]+)`", text) if word.isascii()}),
    }


def test_the_readme_says_the_same_in_both_languages() -> None:
    assert _parts("README.id.md") == _parts("README.md")
