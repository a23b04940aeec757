"""API client of the demonstration."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import aiohttp

from shared.i18n import N_

Mint = Callable[[str, UUID | None], str]
Say = Callable[[str], str]
PATIENCE = 20.0


class DemoFailed(RuntimeError):
    """The system answered otherwise than the story goes."""


@dataclass
class Client:
    """Calls the services where ``urls`` says; ``mint`` gives a token for a role and an organisation.

    ``say`` translates what goes wrong.
    """

    urls: Callable[[str], str]
    mint: Mint
    session: aiohttp.ClientSession
    say: Say = str

    def url(self, service: str, path: str) -> str:
        """Where a service's API is."""
        return f"{self.urls(service)}/api/{service}/v1/{path}"

    async def get(self, service: str, path: str, role: str = "", organisation: UUID | None = None) -> Any:
        """Read something."""
        headers = {"Authorization": f"Bearer {self.mint(role, organisation)}"} if role else {}
        async with self.session.get(self.url(service, path), headers=headers) as answer:
            return await self._read(answer)

    async def post(
        self,
        service: str,
        path: str,
        body: Any = None,
        *,
        role: str = "",
        organisation: UUID | None = None,
        correlation: str | None = None,
    ) -> Any:
        """Do something. What a service has not heard of yet (404) is tried again for a while."""
        until = time.monotonic() + PATIENCE
        headers = {"Idempotency-Key": str(uuid4())}
        if correlation:
            headers["X-Correlation-Id"] = correlation
        if role:
            headers["Authorization"] = f"Bearer {self.mint(role, organisation)}"
        while True:
            sent = {"data": body()} if callable(body) else {"json": body}
            async with self.session.post(self.url(service, path), headers=headers, **sent) as answer:
                if answer.status == 404 and time.monotonic() < until:
                    problem = await answer.json(content_type=None)
                    if problem["type"] == "/problems/unknown-partnership":
                        await asyncio.sleep(0.05)
                        continue
                return await self._read(answer)

    async def _read(self, answer: aiohttp.ClientResponse) -> Any:
        body = await answer.json(content_type=None)
        if answer.status >= 400:
            facts = {"call": f"{answer.method} {answer.url.path}", "status": answer.status}
            reason = body.get("detail", "") if isinstance(body, dict) else ""
            text = self.say(N_("%(call)s was answered with %(status)s: %(reason)s"))
            raise DemoFailed(text % {**facts, "reason": reason})
        return body
