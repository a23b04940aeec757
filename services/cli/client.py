"""API client of the command line; a failed call ends the command with its reason."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import typer

from shared.api_client import NotAnswered, Problem
from shared.client import ask, host_actor
from shared.console import fail
from shared.i18n.terminal import _
from shared.identity.actor import Actor
from shared.identity.permissions import GRANTED
from shared.service_names import WITH_DATA
from shared.settings import Settings

ROLES = tuple(GRANTED)


def call(
    settings: Settings,
    method: str,
    service: str,
    path: str,
    body: Any = None,
    *,
    by: Actor | None = None,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Any:
    """Send one request, as operator unless an actor is given; a problem ends the command with its message."""
    if service not in WITH_DATA:
        facts = {"name": repr(service), "services": ", ".join(WITH_DATA)}
        text = _("there is no service %(name)s with its own data; choose one of %(services)s", **facts)
        raise typer.BadParameter(text)
    try:
        return asyncio.run(
            ask(settings, method, service, path, body, by or host_actor("operator"), headers=headers)
        )
    except NotAnswered as error:
        facts = {"service": service, "url": error.url, "reason": error.reason}
        fail(_("%(service)s does not answer at %(url)s: %(reason)s. Is it running (kemitraan up)?", **facts))
    except Problem as problem:
        places = (f"\n{place['pointer'] or place['in']}: {place['detail']}" for place in problem.errors)
        fail(str(problem) + "".join(places))


def call_all(
    settings: Settings, service: str, path: str, *, by: Actor | None = None, **wanted: str
) -> list[dict[str, Any]]:
    """A whole list, read page by page, filtered by ``wanted``."""
    items: list[dict[str, Any]] = []
    following: str | None = ""
    while following is not None:
        query = {**wanted, "limit": "100", **({"cursor": following} if following else {})}
        page = call(settings, "GET", service, f"{path}?{urlencode(query)}", by=by)
        items += page["items"]
        following = page["next"]
    return items


def agency_or_only(settings: Settings, given: str | None) -> str:
    """The named agency, or the only one; ends the command if that is ambiguous."""
    if given is not None:
        return given
    slugs = [agency["slug"] for agency in call_all(settings, "identity", "/agencies")]
    if not slugs:
        fail(_("there is no agency yet: kemitraan agencies add SLUG NAME"))
    if len(slugs) > 1:
        fail(_("choose an agency with --agency, one of %(slugs)s", slugs=", ".join(slugs)))
    return str(slugs[0])


def unknown_role(given: str) -> str:
    """The error message for an unknown role."""
    return _("there is no role %(name)s; choose one of %(roles)s", name=repr(given), roles=", ".join(ROLES))
