"""Link preview and canonical metadata (Open Graph, hreflang)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from services.portal.picture import HEIGHT, WIDTH
from services.portal.static_files import address
from shared.i18n import Locale

BRIEF = 200
"""Messengers show about this many characters of a summary."""
LANGUAGES: tuple[Locale, ...] = ("id", "en")
REGIONS = {"id": "id_ID", "en": "en_GB"}
KEPT = ("cursor",)
"""Parameters that identify a page; all others only select from one."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Link previews: the addresses of a public page, and its picture."""

    base: str
    path: str
    query: dict[str, str]
    locale: Locale

    def address(self, locale: str = "") -> str:
        """The page's address in one language, or without one for any."""
        asked = {name: self.query[name] for name in KEPT if name in self.query}
        query = urlencode(asked | ({"lang": locale} if locale else {}))
        return f"{self.base}{self.path}{'?' if query else ''}{query}"

    @property
    def canonical(self) -> str:
        """The page's address in the language in which it is shown."""
        return self.address(self.locale)

    @property
    def alternates(self) -> dict[str, str]:
        """The page by language, and the address that negotiates it."""
        return {locale: self.address(locale) for locale in LANGUAGES} | {"x-default": self.address()}

    @property
    def region(self) -> str:
        """The locale for link previews."""
        return REGIONS[self.locale]

    @property
    def other_region(self) -> str:
        """The other language."""
        return next(region for locale, region in REGIONS.items() if locale != self.locale)

    @property
    def picture(self) -> str:
        """The address of the picture."""
        return self.base + address("preview.png")

    @property
    def size(self) -> tuple[int, int]:
        """The picture's width and height."""
        return WIDTH, HEIGHT


def brief(text: str) -> str:
    """The beginning of a text, on one line, ending with a whole word."""
    line = " ".join(str(text or "")[: 10 * BRIEF].split())
    if len(line) <= BRIEF:
        return line
    head, _, _ = line[:BRIEF].rpartition(" ")
    return f"{head or line[:BRIEF]}…"
