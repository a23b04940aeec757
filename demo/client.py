"""API client of the demonstration."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from shared.api_client import ApiClient, Problem
from shared.i18n import N_

Mint = Callable[[str, UUID | None], str]
Say = Callable[[str], str]
PATIENCE = 20.0
UNHEARD = "/problems/unknown-partnership"


class DemoFailed(RuntimeError):
    """The system answered differently from what the story expects."""


@dataclass
class Client:
    """Client of the services; ``mint`` makes a token for a role and an organisation, ``say`` translates."""

    api: ApiClient
    mint: Mint
    say: Say = str

    async def get(self, service: str, path: str, role: str = "", organisation: UUID | None = None) -> Any:
        """Send a GET request."""
        try:
            return await self.api.ask(service, path, token=self._token(role, organisation))
        except Problem as problem:
            raise self._failed(f"GET {service}/{path}", problem) from problem

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
        """Send a POST request, retried for a while on 404: the service may not have received an event yet."""
        until = time.monotonic() + PATIENCE
        headers = {"Idempotency-Key": str(uuid4())}
        if correlation:
            headers["X-Correlation-Id"] = correlation
        token = self._token(role, organisation)
        while True:
            sent = {"data": body()} if callable(body) else {"body": body}
            try:
                return await self.api.ask(service, path, method="POST", token=token, headers=headers, **sent)
            except Problem as problem:
                if problem.type != UNHEARD or time.monotonic() > until:
                    raise self._failed(f"POST {service}/{path}", problem) from problem
            await asyncio.sleep(0.05)

    def _token(self, role: str, organisation: UUID | None) -> str:
        return self.mint(role, organisation) if role else ""

    def _failed(self, call: str, problem: Problem) -> DemoFailed:
        text = self.say(N_("%(call)s was answered with %(status)s: %(reason)s"))
        return DemoFailed(text % {"call": call, "status": problem.status, "reason": problem.detail})
