"""Commands: what a use case is asked for, which is also the body of the request that asks for it."""

from __future__ import annotations

import inspect
import re
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """Base of what a command holds several of, such as the seats of a board."""

    # Built when it is first asked for, as most commands of a process never are.
    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )


class Command(Part):
    """Base of every command: frozen, and without room for unknown fields (a misspelt one would do nothing).

    Its fields are what the address of the operation names (``partnership_id``) and what the body brings.
    The first paragraph of its docstring is the operation's help. That, and what its fields are called, are
    message ids of the catalogue without a mark (see :mod:`shared.i18n.extraction`).
    """


def help_of(described: str | None) -> str:
    """The message id of a help: the first paragraph of a docstring, on one line."""
    first = inspect.cleandoc(described or "").partition("\n\n")[0]
    return " ".join(first.split())


def label_of(name: str) -> str:
    """The message id of what a field is called: ``in_force_from`` is “In force from”, an id what it is of."""
    words = re.sub(r"\bprogram\b", "programme", name.removesuffix("_id").replace("_", " "))
    return words[:1].upper() + words[1:]
