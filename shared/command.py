"""Commands: the input of a use case, which is also the request body of its operation."""

from __future__ import annotations

import inspect
import re
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

LABELS = {
    "act": "Action taken",
    "cast": "Votes cast",
    "co_responsible": "Co-responsible parties",
    "contributes": "What it contributes",
    "days": "Length in days",
    "en": "Text in English",
    "gains": "What it gains",
    "id": "Text in Indonesian",
    "legal": "Legal data",
    "length_minutes": "Length in minutes",
    "offset": "Offset in days",
    "on": "Day",
    "present": "Members present",
    "rated": "Organisation scored",
    "reads_only": "Read-only",
    "senior": "Senior responsible person",
    "tense": "Time shown",
    "to": "New phase",
    "trained": "People trained",
}
"""The labels of fields whose names alone say too little; :func:`label_of` derives all others."""


class Part(BaseModel):
    """Base of the items of a command's lists, such as the seats of a board."""

    # Built on first use, as most commands of a process are never used.
    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )


class Command(Part):
    """Base of every command: frozen, and without unknown fields (a misspelt one would have no effect).

    Its fields come from the path of the operation (``partnership_id``) and from the body. The first
    paragraph of its docstring is the operation's help. The help and the names of the fields are message ids
    of the catalogue without a mark (see :mod:`shared.i18n.extraction`).
    """


def help_of(described: str | None) -> str:
    """The message id of a help text: the first paragraph of a docstring, on one line."""
    first = inspect.cleandoc(described or "").partition("\n\n")[0]
    return " ".join(first.split())


def label_of(name: str) -> str:
    """The message id of a field's name: ``in_force_from`` is “In force from”, an id is its subject's name."""
    if name in LABELS:
        return LABELS[name]
    words = re.sub(r"\bprogram\b", "programme", name.removesuffix("_id").replace("_", " "))
    return words[:1].upper() + words[1:]
