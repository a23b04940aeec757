"""Lists of words: each with the value that data hold and the label that people read."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A list of words, whose members are written ``FORUM = "forum", N_("Forum")``.

    A member is its value; its ``label`` is an English text of the catalogues.
    """

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """A member that is the text ``value``."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def called(cls, value: str) -> str:
        """The label of a value; a value of a later release has none."""
        try:
            return cls(value).label
        except ValueError:
            return value.replace("_", " ")
