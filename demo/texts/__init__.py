"""Texts of the demonstration's products by theme, in each language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a product in one language; the body is Markdown."""

    title: str
    summary: str
    body: str


@cache
def text(theme: str, name: str, language: str, place: str = "") -> Text:
    """The text of a name, for a theme and a place."""
    file = Path(__file__).parent / theme / f"{name}.{language}.md"
    title, summary, body = file.read_text("utf-8").replace("{place}", place).split("\n", 2)
    return Text(title, summary, body.strip())
