"""Free ports for servers that a test starts later, by their number."""

from __future__ import annotations

import itertools
import os
import random
import socket

_FIRST, _PAST_LAST = 12_000, 32_000
"""Below those that systems give to outgoing connections, which would take a free one meanwhile."""
_PER_WORKER = 2_000
_WORKERS = (_PAST_LAST - _FIRST) // _PER_WORKER


def _ports() -> itertools.cycle[int]:
    """The ports of this test process, from anywhere among them; workers of one run have none in common."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS
    first = _FIRST + worker * _PER_WORKER
    offset = random.randrange(_PER_WORKER)
    return itertools.cycle(first + (offset + number) % _PER_WORKER for number in range(_PER_WORKER))


_NEXT = _ports()


def free_port() -> int:
    """A port on loopback that nobody listens on; the same one is given again only after all others."""
    for port in _NEXT:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("a cycle has no end")
