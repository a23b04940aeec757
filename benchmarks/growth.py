"""How the cost of writes, of a rebuild and of first pages grows with the number of partnerships."""

from __future__ import annotations

import asyncio
import math
import statistics
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.embedded import embedded
from shared.client import host_actor, signed_token
from shared.settings import load_settings

SIZES = (10, 100, 1000)
BRIEF_SIZES = (2, 4)
AT_ONCE = 16
LOOKS = 9
PATIENCE = 120.0
PAGES = {
    "first page of the registry": "/api/partners/v1/partnerships?limit=50",
    "first page of the portal": "/",
}
BODIES = (("police", "Polresta Delta", "lead"), ("community", "Forum RW 01", "member"))
UNLIMITED = dict.fromkeys(("KEMITRAAN_LIMIT_ADDRESS", "KEMITRAAN_LIMIT_ACCOUNT"), "none")


async def measure(folder: Path, sizes: Sequence[int], progress: Callable[[], None]) -> dict[str, list[float]]:
    """Seconds at each size, in one system that grows: all writes so far, one rebuild, the first pages."""
    times: dict[str, list[float]] = defaultdict(list)
    async with embedded(folder, **UNLIMITED) as (_, port), aiohttp.ClientSession() as session:
        settings = load_settings(data=folder, port=port)
        headers = {"Authorization": f"Bearer {signed_token(settings, host_actor('coordinator', 'operator'))}"}
        system = _System(session, f"http://127.0.0.1:{port}", headers)
        bodies = [(await system.registered(kind, name), role) for kind, name, role in BODIES]
        there, spent = 0, 0.0
        for size in sizes:
            begun = time.perf_counter()
            await system.form(range(there, size), bodies)
            spent, there = spent + time.perf_counter() - begun, size
            times["partnerships written"].append(spent)
            times["a projection rebuilt"].append(await system.rebuilt("notifications", "known"))
            for name, path in PAGES.items():
                times[name].append(await system.shown(path))
            progress()
    return times


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """The power of the size with which the seconds grow: the slope of a line through both logarithms."""
    return statistics.linear_regression(list(map(math.log, sizes)), list(map(math.log, seconds))).slope


class _System:
    def __init__(self, session: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> None:
        self.session = session
        self.url = url
        self.headers = headers

    async def registered(self, kind: str, name: str) -> str:
        """A new organisation, by its id."""
        body = {"name": name, "kind": kind, "area": "35.15"}
        return str((await self._call("POST", "/api/partners/v1/organisations", body))["id"])

    async def form(self, numbers: Sequence[int], bodies: Sequence[tuple[str, str]]) -> None:
        """A partnership of the bodies for each number."""
        waiting = iter(numbers)
        parties = [
            {"organisation_id": body, "role": role, "contributes": "Patroli", "gains": "Lingkungan yang aman"}
            for body, role in bodies
        ]

        async def form_some() -> None:
            for number in waiting:
                body = {
                    "title": f"Jalan Aman {number}",
                    "area": "35.15",
                    "problem": "Balap liar.",
                    "parties": parties,
                }
                await self._call("POST", "/api/partners/v1/partnerships", body)

        await asyncio.gather(*(form_some() for _ in range(AT_ONCE)))

    async def rebuilt(self, service: str, name: str) -> float:
        """Seconds until a projection that was emptied has caught up."""
        path = f"/api/{service}/v1/projections"
        await self._caught_up(path, name)
        begun = time.perf_counter()
        await self._call("POST", f"{path}/{name}/rebuild")
        await self._caught_up(path, name)
        return time.perf_counter() - begun

    async def _caught_up(self, path: str, name: str) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            state = next(item for item in await self._call("GET", path) if item["name"] == name)
            if state["failing"] is None and not state["lag"]:
                return
            if time.monotonic() > until:
                raise RuntimeError(f"{name} has not caught up: {state}")
            await asyncio.sleep(0.005)

    async def shown(self, path: str) -> float:
        """Seconds until a page is there: the median of some, after one that is not counted."""
        return statistics.median([await self._timed(self._page, path) for _ in range(LOOKS + 1)][1:])

    async def _timed(self, work: Callable[[str], Awaitable[object]], path: str) -> float:
        begun = time.perf_counter()
        await work(path)
        return time.perf_counter() - begun

    async def _page(self, path: str) -> bytes:
        async with self.session.get(self.url + path, headers={"Accept-Language": "en"}) as answer:
            answer.raise_for_status()
            return await answer.read()

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        async with self.session.request(method, self.url + path, json=body, headers=self.headers) as answer:
            content = await answer.json(content_type=None)
            if answer.status >= 400:
                raise RuntimeError(f"{method} {path}: {answer.status} {content}")
            return content
