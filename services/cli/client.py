"""How the command line speaks to a running system: over its HTTP APIs, with a token of its own."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import aiohttp
import typer
from rich.console import Console

from shared.identity.actor import Actor
from shared.identity.signing import SigningKey
from shared.settings import Settings

AGENCY = "polresta-delta"
ROLES = ("coordinator", "representative", "publisher", "operator", "resident")
out = Console()
err = Console(stderr=True)


def mint(settings: Settings, role: str, organisation: UUID | None = None) -> str:
    """A short-lived token for a demonstration account of that role."""
    person = f"{role}-{organisation}" if organisation else role
    actor = Actor(person=person, agency=AGENCY, organisation=organisation, roles=frozenset({role}))
    return SigningKey.create_or_load(settings.signing_key).mint(actor)


def call(settings: Settings, method: str, service: str, path: str, body: Any = None) -> Any:
    """One request as operator; ends the command with the problem's own words when it is refused."""
    url = f"{settings.service_url(service)}{path}"
    headers = {"Authorization": f"Bearer {mint(settings, 'operator')}", "Accept-Language": "en"}

    async def request() -> tuple[int, Any]:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, json=body, headers=headers) as answer,
        ):
            return answer.status, await answer.json(content_type=None)

    try:
        status, answer = asyncio.run(request())
    except aiohttp.ClientError as error:
        err.print(f"{service} does not answer at {url}: {error}. Is it running (kemitraan up)?")
        raise typer.Exit(1) from None
    if status >= 400 and path != "/readyz":
        err.print(f"{answer.get('detail', status)} {answer.get('remedy', '')}")
        raise typer.Exit(1)
    return answer
