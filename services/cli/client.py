"""How the command line speaks: to a running system over its HTTP APIs, and to whoever typed the command."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlencode
from uuid import UUID

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.table import Column, Table
from rich.text import Text

from shared.identity.actor import Actor
from shared.identity.permissions import GRANTED
from shared.settings import SERVICES_WITH_URL, Settings, SettingsError

if TYPE_CHECKING:
    import aiohttp

AGENCY = "polresta-delta"
ROLES = tuple(GRANTED)
PATIENCE = 30.0
WIDEST = 10_000
out = Console()
err = Console(stderr=True)


def fail(message: str) -> NoReturn:
    """End the command with exit code 1 and the reason."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


def show(headers: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> None:
    """Print rows, and cut nothing: to people a table, or each row as a block where that is too wide.

    A pipe gets a line of tab-separated fields for the headers and one for each row.
    """
    cells = [[cell if isinstance(cell, Text) else Text(cell) for cell in row] for row in rows]
    if not out.is_terminal:
        for line in (headers, *([cell.plain for cell in row] for row in cells)):
            typer.echo("\t".join(" ".join(field.split()) for field in line))
        return
    table = Table(*(Column(header, no_wrap=True) for header in headers), box=SIMPLE_HEAD, pad_edge=False)
    for row in cells:
        table.add_row(*row)
    if Measurement.get(out, out.options.update(max_width=WIDEST), table).maximum <= out.width:
        out.print(table)
        return
    width = max(map(len, headers))
    for row in cells:
        out.print()
        for header, cell in zip(headers, row, strict=True):
            out.print(Text(f"{header:<{width}}  ", "dim") + cell, soft_wrap=True)


def mint(settings: Settings, role: str, organisation: UUID | None = None) -> str:
    """A short-lived token for somebody of the demonstration in that role, who needs no account."""
    person = f"{role}-{organisation}" if organisation else role
    return signed(settings, Actor(person, AGENCY, organisation, frozenset({role})))


def host(*roles: str, agency: str = AGENCY) -> Actor:
    """Whoever may use the signing key: in any role, of any agency."""
    return Actor(person="host", agency=agency, roles=frozenset(roles))


def signed(settings: Settings, actor: Actor) -> str:
    """A short-lived token for an actor."""
    from shared.identity.signing import SigningKey

    try:
        return SigningKey.create_or_load(settings.signing_key).mint(actor)
    except ValueError as error:
        raise SettingsError(f"KEMITRAAN_SIGNING_KEY: {error}") from None
    except OSError as error:
        raise SettingsError(
            f"The key that signs for this command is not here: {settings.signing_key}: {error.strerror} "
            "(KEMITRAAN_SIGNING_KEY). Where each service runs by itself, identity alone has it: "
            "docker compose exec identity kemitraan …"
        ) from None


def call(
    settings: Settings, method: str, service: str, path: str, body: Any = None, *, by: Actor | None = None
) -> Any:
    """One request, as operator if by nobody else; ends the command with the problem's own words."""
    import aiohttp

    if service not in SERVICES_WITH_URL:
        raise typer.BadParameter(
            f"there is no service {service!r} with data of its own; there are {', '.join(SERVICES_WITH_URL)}"
        )
    url = f"{settings.service_url(service)}/api/{service}/v1{path}"

    try:
        status, answer = asyncio.run(ask(settings, method, service, path, body, by or host("operator")))
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        fail(f"{service} does not answer at {url}: {reason_of(error)}. Is it running (kemitraan up)?")
    if status >= 400:
        fail(f"{answer.get('detail', status)} {answer.get('remedy', '')}".strip())
    return answer


def call_all(
    settings: Settings, service: str, path: str, *, by: Actor | None = None, **wanted: str
) -> list[dict[str, Any]]:
    """A whole list, read page by page, by what is ``wanted`` of it."""
    found: list[dict[str, Any]] = []
    following: str | None = ""
    while following is not None:
        query = {**wanted, "limit": "100", **({"cursor": following} if following else {})}
        page = call(settings, "GET", service, f"{path}?{urlencode(query)}", by=by)
        found += page["items"]
        following = page["next"]
    return found


async def ask(
    settings: Settings, method: str, service: str, path: str, body: Any, by: Actor
) -> tuple[int, Any]:
    """The status and the body of one answer; raises what aiohttp raises, and ValueError for no JSON."""
    import aiohttp

    url = f"{settings.service_url(service)}/api/{service}/v1{path}"
    headers = {"Authorization": f"Bearer {signed(settings, by)}", "Accept-Language": "en"}
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session,
        session.request(method, url, json=body, headers=headers) as answer,
    ):
        text = await answer.read()
        return answer.status, json.loads(text) if text else None


def agency_or_only(settings: Settings, given: str | None) -> str:
    """The agency that was named, or the only one that there is; ends the command where that does not tell."""
    if given is not None:
        return given
    slugs = [agency["slug"] for agency in call_all(settings, "identity", "/agencies")]
    if not slugs:
        fail("there is no agency yet: kemitraan agencies add SLUG NAME")
    if len(slugs) > 1:
        fail(f"say which agency is meant: --agency, one of {', '.join(slugs)}")
    return str(slugs[0])


def readiness(settings: Settings) -> dict[str, Any]:
    """What ``/readyz`` of every process says, as one: ``ready`` and ``checks``."""
    import aiohttp

    places: dict[str, list[str]] = {}
    for name in SERVICES_WITH_URL:
        places.setdefault(settings.service_url(name), []).append(name)
    places.setdefault(settings.portal_url, []).append("portal")

    async def ask() -> list[list[dict[str, Any]]]:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session:
            return await asyncio.gather(*(_checks(session, url, names) for url, names in places.items()))

    # A process that is reached under two addresses is listed once.
    found = {(one["service"], one["name"]): one for checks in asyncio.run(ask()) for one in checks}
    return {"ready": all(one["ok"] for one in found.values()), "checks": list(found.values())}


async def _checks(session: aiohttp.ClientSession, url: str, services: list[str]) -> list[dict[str, Any]]:
    from aiohttp import ClientError

    try:
        async with session.get(f"{url}/readyz") as answer:
            checks: list[dict[str, Any]] = (await answer.json(content_type=None))["checks"]
            return checks
    except (ClientError, TimeoutError, ValueError, LookupError, TypeError) as error:
        detail = f"no answer at {url}: {reason_of(error)}. Is it running (kemitraan up)?"
        return [{"service": ", ".join(services), "name": "answer", "ok": False, "detail": detail}]


def reason_of(error: Exception) -> str:
    """What an exception says, or its name where it says nothing."""
    return str(error) or type(error).__name__
