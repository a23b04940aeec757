"""The language of the terminal, in which commands write to their user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.i18n import LOCALES, Locale, negotiate, translator

VARIABLE = "KEMITRAAN_LANG"
_POSIX = ("LC_ALL", "LC_MESSAGES", "LANG")
_OPTION = "--lang"


class _Terminal:
    language: Locale = "en"  # the language of the texts; a command sets its user's


def set_language(language: Locale) -> None:
    """Set the language of the command line."""
    _Terminal.language = language


def language() -> Locale:
    """The language of the command line."""
    return _Terminal.language


def requested_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Locale:
    """The requested language: by `--lang`, else by the environment."""
    return _asked(arguments) or environment_language(environment)


def environment_language(environment: Mapping[str, str]) -> Locale:
    """The language of KEMITRAAN_LANG, else LC_ALL, LC_MESSAGES or LANG; Indonesian by default."""
    given = next((environment[name] for name in (VARIABLE, *_POSIX) if environment.get(name)), "")
    return negotiate(given.partition(".")[0].replace("_", "-"))


def _asked(arguments: Sequence[str]) -> Locale | None:
    """The value of `--lang`, wherever it is; an unknown language is refused by its parser."""
    for place, argument in enumerate(arguments):
        if argument == "--":
            break
        name, equals, value = argument.partition("=")
        if name == _OPTION:
            value = value if equals else next(iter(arguments[place + 1 :]), "")
            return next((locale for locale in LOCALES if locale == value), None)
    return None


def _(text: str, **facts: Any) -> str:
    """A text in the language of the terminal, with its placeholders; it is extracted from the call."""
    said = translator(_Terminal.language)(text)
    return said % facts if facts else said
