"""The press: Typst, run in a process of its own for each document, within limits of time and memory.

A process, not a thread: a fault inside Typst leaves the library unusable in the process where it happened.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
import structlog

from shared.refusal import Refusal

log = structlog.get_logger(__name__)
SECONDS = 30.0
"""How long one document may take."""
AT_ONCE = 2
"""Documents that are set at the same time in one event loop; more of them wait."""
_WORKER = Path(__file__).with_name("typesetter.py")
_TURNS: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}


class NotPrintable(Refusal):
    """The text cannot be set as an accessible document."""

    kind = "conflict"
    message = "This text cannot be printed as it is."
    remedy = "Read it as a page instead. Its authors can make long tables and lists simpler in a new version."


async def printed(sheet: Mapping[str, Any]) -> bytes:
    """The leaflet as PDF/UA; raises :class:`NotPrintable`.

    ``sheet`` is data, never code: the template draws what it finds there.
    """
    async with _turn():
        worker = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(_WORKER),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={},
        )
        try:
            document, complaint = await asyncio.wait_for(worker.communicate(orjson.dumps(sheet)), SECONDS)
        except TimeoutError:
            document, complaint = b"", b"took too long"
        finally:
            if worker.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    worker.kill()
                await worker.wait()
    if worker.returncode != 0 or not document.startswith(b"%PDF-"):
        log.warning("a document could not be set", complaint=complaint[-2000:].decode("utf-8", "replace"))
        raise NotPrintable
    return document


@cache
def edition() -> str:
    """What the same sheet looks the same under: the template's digest and Typst's version."""
    template = _WORKER.with_name("leaflet.typ").read_bytes()
    return f"{hashlib.sha256(template).hexdigest()} {version('typst')}"


def _turn() -> asyncio.Semaphore:
    loop = asyncio.get_running_loop()
    for other in [one for one in _TURNS if one.is_closed()]:
        del _TURNS[other]
    return _TURNS.setdefault(loop, asyncio.Semaphore(AT_ONCE))
