"""Refusals: exceptions for violated rules, with kind, message and remedy."""

import re
from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import ClassVar, Literal

Kind = Literal[
    "unauthenticated", "forbidden", "unknown", "conflict", "stale", "range", "invalid", "limited", "busy"
]

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def N_(message: str) -> str:  # noqa: N802  (gettext's own name for "extract this, translate it later")
    """Mark a text for the message catalogue where it is written; it is translated where it is shown."""
    return message


def _iso(time: date) -> str:
    return time.isoformat()


class Term(str):
    """A text that is shown translated, such as the name of a state or of an act."""

    __slots__ = ()


class Refusal(Exception):
    """Base of every named refusal; a subclass states `kind`, `message` and `remedy`.

    `message` and `remedy` are English and serve as gettext message ids, with `%(name)s` placeholders for
    the keyword parameters of the constructor (write `%%` for a percent sign). Inside a Refusal they are
    extracted without a mark. `code` is the class name in kebab-case. A forbidden operation also states its
    `reason` in a few words, as it follows a colon in the audit log.

    A parameter that is an Enum member or a :class:`Term` is shown translated (a member by its label, if it
    has one), and a list of these too. `of_writes`: a hook of the database raises it, so any write can end in
    it, whichever use case makes it.
    """

    kind: ClassVar[Kind] = "invalid"
    code: ClassVar[str] = "refusal"
    message: ClassVar[str] = "This is not allowed."
    remedy: ClassVar[str] = ""
    reason: ClassVar[str] = ""
    of_writes: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.code = _WORD_START.sub("-", cls.__name__).lower()
        if cls.kind == "forbidden" and not cls.reason:
            raise TypeError(f"{cls.__name__} is forbidden to somebody and states no reason for the audit log")

    def __init__(self, **params: object) -> None:
        super().__init__()
        self.params = params
        self.localised(str)  # a missing parameter fails where the refusal is raised, not where it is shown

    @property
    def wait(self) -> int:
        """After how many seconds it can be retried, if only time is missing; else 0."""
        seconds = self.params.get("seconds")
        return seconds if self.kind in ("limited", "busy") and isinstance(seconds, int) else 0

    def __str__(self) -> str:
        return self.localised(str)[0]

    def localised(
        self, translate: Callable[[str], str], show: Callable[[date], str] = _iso
    ) -> tuple[str, str]:
        """Return (detail, remedy) in the language of `translate`, with the parameters filled in.

        `show` writes days and moments.
        """
        shown = {name: _shown(value, translate, show) for name, value in self.params.items()}
        detail = translate(self.message) % shown
        return detail, translate(self.remedy) % shown if self.remedy else ""


def _shown(value: object, translate: Callable[[str], str], show: Callable[[date], str]) -> object:
    if isinstance(value, list):
        return ", ".join(str(_shown(item, translate, show)) for item in value)
    if isinstance(value, date):
        return show(value)
    if isinstance(value, Enum):
        return translate(str(getattr(value, "label", value.value)))
    return translate(str(value)) if isinstance(value, Term) else value
