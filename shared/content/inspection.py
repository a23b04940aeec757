"""Upload inspection: has worker processes parse and rewrite files."""

from __future__ import annotations

from collections.abc import Callable

from shared.content.refusals import FileTooIntricate
from shared.content.rewriting import REFUSALS, rewrite_file
from shared.processes.pool import Job, NotDone, Pool

FILES = Pool("files")
REWRITE = Job(rewrite_file, REFUSALS, seconds=30, memory=2 * 1024**3)


async def rewritten(read: Callable[[], bytes], media_type: str) -> bytes:
    """The rewritten content of a file, which ``read`` returns when its turn has come.

    Raises the refusals of :func:`rewrite_file`, :class:`FileTooIntricate` if the file itself exhausts the
    limits, and ``TooMuchWork`` and ``TookTooLong`` if others do.
    """
    try:
        return await FILES.run(REWRITE, lambda: (read(), media_type))
    except NotDone as failure:
        raise FileTooIntricate from failure
