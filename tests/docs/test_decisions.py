"""Decision records have their parts, and the index lists each by its title."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "docs/decisions"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))
PARTS = ("**Context.**", "**Decision.**", "**Rejected.**", "**Look again when**")


def title(record: Path) -> str:
    first = record.read_text("utf-8").splitlines()[0]
    matched = re.fullmatch(r"# (\d{4}) · (.+)", first)
    assert matched and record.name.startswith(f"{matched[1]}-"), first
    return matched[2]


@pytest.mark.parametrize("record", RECORDS, ids=[record.name[:4] for record in RECORDS])
def test_a_record_has_each_part_once(record: Path) -> None:
    text = record.read_text("utf-8")
    assert {
        part: len(re.findall(rf"^{re.escape(part)}", text, re.MULTILINE)) for part in PARTS
    } == dict.fromkeys(PARTS, 1)


def test_the_index_lists_every_record_by_its_title() -> None:
    listed = re.findall(
        r"^\| \[(\d{4})\]\((.+?)\) \| (.+) \|$", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert listed == [(record.name[:4], record.name, title(record)) for record in RECORDS]
