"""Printing: sheets typeset in worker processes, and the result cached."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any

import orjson

from shared.processes.pool import Job, NotDone, Pool
from shared.processes.result_cache import ResultCache
from shared.refusal import Refusal

PRINTS = Pool("prints")
_KEPT = ResultCache(32 * 1024 * 1024)


class NotPrintable(Refusal):
    """The text cannot be typeset as an accessible document."""

    kind = "conflict"
    message = "This text cannot be printed in its current form."
    remedy = "Read it as a web page instead. Its authors can simplify long tables and lists in a new version."


async def printed(job: Job, sheet: Mapping[str, Any]) -> bytes:
    """A sheet as PDF/UA; raises :class:`NotPrintable`, ``TooMuchWork`` and ``TookTooLong``.

    ``job`` takes the sheet as JSON and returns the document.
    """
    told = orjson.dumps(sheet)
    key = (job.name, hashlib.sha256(told).digest())
    try:
        return await _KEPT.get(key, partial(PRINTS.run, job, lambda: (told,)))
    except NotDone as failure:
        raise NotPrintable from failure
