"""Worker process: runs jobs within resource limits, ends when idle or after a failure."""

from __future__ import annotations

import contextlib
import json
import os
import pickle  # nosec B403  # what the parent itself wrote
import select
import sys
from typing import Any

JOBS = 100
"""The number of jobs after which a worker is replaced, to free the memory that libraries keep."""
RESIDENT = 256 * 1024
"""The memory in kilobytes from which it is replaced, too."""


def main() -> None:
    """Serve the parent over standard input and output until it closes them, or sends nothing for a while."""
    root, idle = sys.argv[1], float(sys.argv[2])
    sys.path.insert(0, root)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # output of libraries is no response
    for _ in range(JOBS):
        if not select.select([0], [], [], idle)[0] or not (size := sys.stdin.buffer.read(8)):
            return
        work, arguments, seconds, memory = pickle.loads(  # noqa: S301  # nosec B301  # from our parent alone
            sys.stdin.buffer.read(int.from_bytes(size))
        )
        _limit(seconds, memory)
        kind, said = _done(work, arguments)
        answers.write(kind + len(said).to_bytes(8) + said)
        answers.flush()
        if kind == b"x" or _resident() > RESIDENT:
            return


def _done(work: Any, arguments: tuple[object, ...]) -> tuple[bytes, bytes]:
    """A result (r), a refusal (n) or a fault (x)."""
    from shared.refusal import Refusal

    try:
        return b"r", bytes(work(*arguments))
    except Refusal as refusal:
        return b"n", json.dumps({"code": refusal.code, "params": refusal.params}).encode()
    except BaseException as error:  # noqa: BLE001  # a library may throw anything, and is trusted no more then
        return b"x", f"{type(error).__name__}: {error}".encode(errors="replace")[:2000]


def _limit(seconds: int, memory: int) -> None:
    """Limit the next job's processor time and memory; it writes no large file and no core dump."""
    with contextlib.suppress(ImportError):  # Windows has no such limits
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime) + 1 + seconds
        wanted = {"CPU": most, "AS": memory, "FSIZE": 65536, "CORE": 0}
        for name, soft in wanted.items():
            which = getattr(resource, f"RLIMIT_{name}")
            resource.setrlimit(which, (soft, resource.getrlimit(which)[1]))


def _resident() -> int:
    """Resident kilobytes, 0 if unknown.

    Not ``ru_maxrss``: on Linux that starts with the parent's.
    """
    try:
        with open("/proc/self/statm") as counts:  # noqa: PTH123  # a worker begins with as little as it can
            return int(counts.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
    except (OSError, ValueError):
        return 0


if __name__ == "__main__":
    main()
