"""Translation: language negotiation and message catalogues for Indonesian and English."""

import gettext
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from shared.i18n.compiled import read_compiled
from shared.refusal import N_

__all__ = ["LOCALES", "N_", "Locale", "negotiate", "translations", "translator"]

Locale = Literal["id", "en"]
LOCALES: tuple[Locale, ...] = ("id", "en")
# Texts are written in this one, so it needs no catalogue.
SOURCE: Locale = "en"
TRANSLATED = tuple(locale for locale in LOCALES if locale != SOURCE)
DOMAIN = "kemitraan"


@cache
def translations(locale: Locale) -> gettext.NullTranslations:
    """Return the catalogue of `locale`, for users of the whole of it (such as a Jinja2 environment)."""
    if locale == SOURCE:
        return gettext.NullTranslations()
    return read_compiled(catalogue_path(Path(__file__).parents[2], locale))


def catalogue_path(root: Path, locale: str) -> Path:
    """The path of the translations into `locale`, below the project folder."""
    return root / "shared" / "i18n" / "locales" / locale / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def translator(locale: Locale) -> Callable[[str], str]:
    """Return the function that translates English text into `locale`; untranslated text stays English."""
    catalogue = translations(locale).gettext
    # gettext returns the catalogue's header for an empty text.
    return lambda text: catalogue(text) if text else text


@lru_cache(maxsize=512)
def negotiate(accept_language: str | None) -> Locale:
    """Choose the language for an Accept-Language header (RFC 9110); Indonesian by default."""
    best: tuple[float, Locale] = (0.0, "id")
    for part in (accept_language or "")[:500].split(","):
        tag, _, parameter = part.partition(";")
        primary = tag.strip().lower().partition("-")[0]
        locale: Locale | None = "en" if primary == "en" else "id" if primary in {"id", "in", "*"} else None
        quality = _quality(parameter)
        if locale is not None and quality > best[0]:
            best = (quality, locale)
    return best[1]


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return min(float(value), 1.0) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
