"""Reads all that a system shows: every GET that its API describes, of every kind of thing that it lists."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from shared.client import AGENCY
from shared.identity.actor import Actor
from tests.support.system import System

ROLES = ("coordinator", "secretary", "administrator", "operator", "publisher")
# How far this installation is, not what it knows; and descriptions of the API itself.
LEFT_OUT = re.compile(r"/v1/(projections|schemas|archive|openapi|areas|confirm|unsubscribe|lifecycle)")
PARAMETER = re.compile(r"\{(\w+)\}")
ENDS = 2
# What stands in a path without being listed under a path of its own.
OTHERS: dict[str, tuple[str, ...]] = {"number": ("1", "2"), "product_version": ("1", "2")}

Reading = dict[str, tuple[int, str | None, str | None, bytes]]
"""Path to status, ETag, media type, body."""


def reader(here: System, service: str = "") -> str:
    """A token of somebody who may read everything of the history's agency."""
    actor = Actor(person=f"reader-{service}", agency=AGENCY, roles=frozenset(ROLES))
    return here.key.mint(actor, clock=here.clock)


async def everything(here: System, service: str, **query: str) -> Reading:
    """What each GET of a service answers: of lists every page, of things the first and last few.

    ``query`` has what some of them must be asked with, such as a ``partnership_id``.
    """
    token = reader(here, service)
    base = f"/api/{service}"
    described = (await here.call("GET", f"{base}/v1/openapi.json")).body
    acts = {path: found["get"] for path, found in described["paths"].items() if "get" in found}
    paths = [path for path in acts if not LEFT_OUT.match(path)]
    reading: Reading = {}
    known = {name: list(values) for name, values in OTHERS.items()}
    known |= {name: [value] for name, value in query.items()}
    for path in sorted(paths, key=lambda one: one.count("{")):
        names = PARAMETER.findall(path)
        asked = _asked(acts[path], query)
        if not names:
            items = await _whole_list(here, base + path, asked, token, reading)
            known |= _ids(path, items, paths)
            continue
        for values in _choices(names, known):
            await _read(here, base + path.format(**values), asked, token, reading)
    return reading


def _asked(act: dict[str, Any], query: dict[str, str]) -> dict[str, str]:
    """The parameters without which this cannot be read."""
    # What is described once for all ($ref) are headers, which nobody has to send.
    own = [one for one in act.get("parameters", ()) if "$ref" not in one]
    parameters = [one for one in own if one["in"] == "query" and one["required"]]
    return {one["name"]: query[one["name"]] for one in parameters if one["name"] in query}


async def _whole_list(
    here: System, path: str, asked: dict[str, str], token: str, reading: Reading
) -> list[Any]:
    items: list[Any] = []
    following: str | None = ""
    while following is not None:
        page = {"limit": "50", "cursor": following} if following else {}
        body = await _read(here, path, asked | page, token, reading)
        following = body.get("next") if isinstance(body, dict) else None
        items += body.get("items", []) if isinstance(body, dict) else []
    return items


async def _read(here: System, path: str, asked: dict[str, str], token: str, reading: Reading) -> Any:
    headers = {"Authorization": f"Bearer {token}", "X-Correlation-ID": "reading"}
    path += f"?{urlencode(asked)}" if asked else ""
    async with here.session.get(here.url + path, headers=headers) as answer:
        shown = (answer.status, answer.headers.get("ETag"), answer.headers.get("Content-Type"))
        reading[path] = (*shown, await answer.read())
        is_json = answer.content_type == "application/json"
        return await answer.json() if is_json else None


def _ids(path: str, items: list[Any], paths: list[str]) -> dict[str, list[str]]:
    """The ids of a list, under the names by which other paths call them."""
    ids = [one["id"] for one in items if isinstance(one, dict) and "id" in one]
    start = f"{path}/{{"
    below = {one.removeprefix(start).partition("}")[0] for one in paths if one.startswith(start)}
    return dict.fromkeys(below, ids) if ids else {}


def _choices(names: list[str], known: dict[str, list[str]]) -> list[dict[str, str]]:
    if any(name not in known for name in names):
        return []
    first, *others = names
    ids = known[first]
    some = ids if len(ids) <= 2 * ENDS else ids[:ENDS] + ids[-ENDS:]
    found = [{first: one} for one in some]
    for name in others:
        found = [choice | {name: one} for choice in found for one in known[name][:2]]
    return found
