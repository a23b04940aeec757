"""LRU cache limited by bytes."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable

Key = tuple[Hashable, ...]


class ResultCache:
    """Cached results by key; concurrent callers wait for one computation."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._kept: OrderedDict[Key, bytes] = OrderedDict()
        self._making: dict[tuple[int, Key], asyncio.Task[bytes]] = {}

    async def get(self, key: Key, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """The cached result, or that of ``make``; failures are not cached."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        loop = asyncio.get_running_loop()
        mine = (id(loop), key)
        making = self._making.get(mine)
        if making is None:
            making = self._making[mine] = loop.create_task(self._make(key, make))
            making.add_done_callback(lambda done: self._made(mine, done))
        # Cancelling one caller does not affect others; a worker has its own limit.
        return await asyncio.shield(making)

    async def _make(self, key: Key, make: Callable[[], Awaitable[bytes]]) -> bytes:
        made = await make()
        if len(made) <= self._most // 4:
            self._size += len(made) - len(self._kept.pop(key, b""))
            self._kept[key] = made
        while self._size > self._most:
            self._size -= len(self._kept.popitem(last=False)[1])
        return made

    def _made(self, mine: tuple[int, Key], done: asyncio.Task[bytes]) -> None:
        self._making.pop(mine, None)
        if not done.cancelled():
            done.exception()  # for waiting callers; there may be none left
