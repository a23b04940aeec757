"""Search terms of texts, computed before the transaction."""

from __future__ import annotations

from collections.abc import Iterable

from services.products.model.text import fingerprint
from services.products.render import processes
from services.products.render.markdown import plain, read

READY = 64
"""The maximum number of texts whose words are cached."""
_ready: dict[str, str] = {}


async def make_ready(bodies: Iterable[str]) -> None:
    """Have a worker extract the words of texts that are to be indexed; raises ``TooMuchWork``."""
    for body in bodies:
        words = await processes.words(body)
        while len(_ready) >= READY:
            _ready.pop(next(iter(_ready)), None)
        _ready[fingerprint("", "", body)] = words


def words_of(body: str) -> str:
    """The words of a body: extracted before, else now (an import has the time)."""
    ready = _ready.get(fingerprint("", "", body))
    return plain(read(body)) if ready is None else ready
