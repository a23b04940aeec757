"""Rendering service: HTML, PDF and search terms from worker processes, cached."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from services.products.render.article import article
from services.products.render.markdown import plain_text
from services.products.render.typesetter import typeset_leaflet
from shared.press import press
from shared.press.typesetter import DESIGN
from shared.processes.pool import Job, NotDone, Pool
from shared.processes.result_cache import ResultCache
from shared.refusal import Refusal

PAGES = Pool("pages")
ARTICLE = Job(article, seconds=20, memory=1024**3)
WORDS = Job(plain_text, seconds=20, memory=1024**3)
LEAFLET = Job(typeset_leaflet, seconds=30)
_KEPT = ResultCache(32 * 1024 * 1024)
_FOLDER = Path(__file__).parent


class NotShowable(Refusal):
    """The text is too complex to be parsed within the limits."""

    kind = "conflict"
    message = "This text cannot be shown as a page within the limits of time and memory."
    remedy = "Its authors can simplify long tables and lists in a new version."


async def printed(sheet: Mapping[str, Any]) -> bytes:
    """The leaflet as PDF/UA; raises :class:`NotPrintable`, ``TooMuchWork`` and ``TookTooLong``."""
    return await press.printed(LEAFLET, sheet)


async def shown(body: str) -> str:
    """The body as HTML; raises :class:`NotShowable`, ``TooMuchWork`` and ``TookTooLong``."""
    return await _made(ARTICLE, body)


async def words(body: str) -> str:
    """The plain text of a body; raises the same."""
    return await _made(WORDS, body)


async def _made(job: Job, body: str) -> str:
    key = (job.name, _digest(body.encode("utf-8", "surrogatepass")))
    try:
        return (await _KEPT.get(key, partial(PAGES.run, job, lambda: (body,)))).decode()
    except NotDone as failure:
        raise NotShowable from failure


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


@cache
def edition() -> str:
    """The renderer's version, under which a text looks the same: a digest of code and libraries."""
    digest = hashlib.sha256(DESIGN.read_bytes())
    for name in ("leaflet.typ", "article.py", "drawing.py", "markdown.py", "page.py"):
        digest.update((_FOLDER / name).read_bytes())
    return f"{digest.hexdigest()} {version('typst')} {version('markdown-it-py')}"
