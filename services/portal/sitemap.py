"""Sitemap of all public pages."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import urlencode

import structlog

from services.portal.preview import LANGUAGES, Preview
from services.portal.queries.reader import NotThere, Reader
from shared.api_client import ApiClient
from shared.clock import Clock
from shared.settings import Settings

log = structlog.get_logger()
FRESH = timedelta(minutes=10)
"""How long a sitemap is served before the services are asked again."""
THINGS = 50_000 // len(LANGUAGES)
"""Items in a file: each has a page per language, and the protocol allows 50,000 pages."""
MOST = 40
"""The maximum number of files: a million items. Others are found by links, and a log line says so."""
PIECE = 64 * 1024
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)
INDEX = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
)
ALWAYS = ("/", "/products", "/docs")
LISTS = (
    ("partners", "partnerships", "partnerships", ("formed_at", "signed_at", "ended_at")),
    ("programs", "programs", "programs", ("proposed_at", "approved_at", "started_at", "ended_on")),
    ("programs", "problems", "problems", ("registered_at",)),
    ("products", "products", "products", ("published_at",)),
    ("products", "products?state=withdrawn", "products", ("published_at",)),
    ("products", "products?state=expired", "products", ("published_at",)),
)
"""By list: the service, its path, the path of its pages, and the fields with times of changes."""


class SitemapUnavailable(Exception):
    """A service does not answer: a sitemap without its pages would remove them from search engines."""


@dataclass
class Part:
    """One compressed file: a hundred bytes per page shrink to a few."""

    packer: Any = field(default_factory=lambda: zlib.compressobj(6))
    packed: list[bytes] = field(default_factory=list)
    things: int = 0

    def add(self, text: str) -> None:
        """Append a page."""
        if piece := self.packer.compress(text.encode()):
            self.packed.append(piece)

    def end(self) -> None:
        """Finish the file."""
        self.add("</urlset>\n")
        self.packed.append(self.packer.flush())
        self.packer = None

    def pieces(self) -> Iterator[bytes]:
        """Its content in chunks."""
        unpacker = zlib.decompressobj()
        for packed in self.packed:
            piece = unpacker.decompress(packed, PIECE)
            while piece:
                yield piece
                piece = unpacker.decompress(unpacker.unconsumed_tail, PIECE)
        yield unpacker.flush()


class Sitemap:
    """Builds the sitemap on demand when it is out of date, once for all concurrent requests."""

    def __init__(self, settings: Settings, clock: Clock, things: int = THINGS) -> None:
        self.settings = settings
        self.clock = clock
        self.things = things
        self._made: list[Part] = []
        self._at: datetime | None = None
        self._making = asyncio.Lock()

    async def parts(self) -> list[Part]:
        """The files; raises :class:`SitemapUnavailable` without an answer and an earlier sitemap."""
        async with self._making:
            if self._at is None or self.clock.now() - self._at >= FRESH:
                try:
                    self._made, self._at = await self._make(), self.clock.now()
                except SitemapUnavailable:
                    if not self._made:
                        raise
        return self._made

    def index(self, parts: list[Part]) -> Iterator[bytes]:
        """The index of the files."""
        yield INDEX.encode()
        for number in range(1, len(parts) + 1):
            yield f"<sitemap><loc>{self.settings.public_url}/sitemap-{number}.xml</loc></sitemap>\n".encode()
        yield b"</sitemapindex>\n"

    async def _make(self) -> list[Part]:
        made: list[Part] = []
        async for text in self._entries():
            if not made or made[-1].things == self.things:
                if len(made) == MOST:
                    log.warning("the sitemap ends before the last page", things=MOST * self.things)
                    break
                if made:
                    made[-1].end()
                made.append(Part())
                made[-1].add(HEAD)
            made[-1].add(text)
            made[-1].things += 1
        made[-1].end()
        return made

    async def _entries(self) -> AsyncIterator[str]:
        for path in ALWAYS:
            yield self._entry(path, "")
        async with ApiClient.connected(self.settings.service_url, "id") as client:
            # Without a token, whoever asks: only public data.
            reader = Reader(client)
            for service, path, pages, moments in LISTS:
                async for thing in _all_of(reader, service, path):
                    yield self._entry(f"/{pages}/{thing['id']}", _last(thing, moments))

    def _entry(self, path: str, changed: str) -> str:
        page = Preview(self.settings.public_url, path, {}, "id")
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(address)}"/>'
            for language, address in page.alternates.items()
        )
        when = f"<lastmod>{changed}</lastmod>" if changed else ""
        return "".join(
            f"<url><loc>{escape(page.address(language))}</loc>{when}{links}</url>\n" for language in LANGUAGES
        )


async def _all_of(reader: Reader, service: str, path: str) -> AsyncIterator[Mapping[str, Any]]:
    cursor = ""
    while True:
        asked = urlencode({"limit": 100, **({"cursor": cursor} if cursor else {})})
        try:
            page = await reader.get(service, f"{path}{'&' if '?' in path else '?'}{asked}")
        except NotThere:
            page = None
        if page is None:
            raise SitemapUnavailable(service)
        for thing in page["items"]:
            yield thing
        cursor = page["next"]
        if not cursor:
            return


def _last(thing: Mapping[str, Any], moments: Iterable[str]) -> str:
    """The day of the latest change among the given moments; stages have their own."""
    told = [thing.get(moment) for moment in moments]
    told += [stage.get("completed_at") or stage.get("started_at") for stage in thing.get("stages", ())]
    days = [str(moment)[:10] for moment in told if moment]
    return max(days, default="")
