"""Demonstration accounts, one per role."""

from __future__ import annotations

import os
import secrets
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

from shared.api_client import NotAnswered, Problem
from shared.client import AGENCY, ask, host_actor, workspace_of
from shared.console import out, reason_of
from shared.i18n import N_, Locale, translator
from shared.i18n.terminal import _
from shared.identity.actor import Actor
from shared.identity.permissions import GRANTED, Role
from shared.settings import Settings

FILE = "demo-accounts.txt"
NAME = "Polresta Delta"
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
NAMES = {
    Role.ADMINISTRATOR: "Administrator",
    Role.COORDINATOR: "Koordinator",
    Role.REPRESENTATIVE: "Wakil",
    Role.SECRETARY: "Sekretaris",
    Role.PUBLISHER: "Penerbit",
    Role.AUDITOR: "Auditor",
    Role.OPERATOR: "Operator",
    Role.RESIDENT: "Warga",
}
HELD = tuple(role for role in GRANTED if role is not Role.CUSTODIAN)


async def show_accounts(settings: Settings, lang: Locale) -> None:
    """Print the accounts when they are created, and later the file that holds them, readable by its owner."""
    file = settings.data / FILE
    say = translator(lang)
    missing = [role for role in HELD if role not in _kept(file)]
    if not missing:
        text = say(N_("The demonstration's accounts and their passwords are in %(file)s"))
        out.print(f"\n{text % {'file': str(file)}}", highlight=False, markup=False, soft_wrap=True)
        return
    try:
        for role in missing:
            _keep(file, await _made(settings, role))
    except (NotAnswered, Problem, ValueError) as error:
        text = say(N_("The demonstration's accounts could not be created: %(reason)s"))
        out.print(text % {"reason": reason_of(error)}, markup=False)
        return
    text = say(N_("Accounts of the demonstration, also in %(file)s:")) % {"file": str(file)}
    out.print(f"\n{text}\n", style="bold", highlight=False, markup=False)
    out.print(file.read_text(), highlight=False, markup=False, soft_wrap=True)


async def _made(settings: Settings, role: Role) -> str:
    """The line of a new account, "" if the account exists; raises :class:`Problem` if it is refused."""
    head = host_actor("administrator", "operator")
    bodies = await _bodies(settings)
    itself = [body["id"] for body in bodies if body["kind"] == "police" and body["name"].startswith(NAME)]
    agency = {"slug": AGENCY, "name": NAME, "organisation_id": itself[0] if itself else None}
    await _answer(settings, "/agencies", agency, conflict_is_fine=True)
    represented = _represented(bodies) if role is Role.REPRESENTATIVE else None
    if represented is not None:
        await _found_workspaces(settings, bodies)
        head = host_actor("administrator", agency=workspace_of(UUID(represented)))
    body = {
        "user_name": str(role),
        "display_name": NAMES[role],
        "roles": [str(role)],
        "organisation_id": represented,
    }
    made = await _answer(settings, "/accounts", body, by=head, conflict_is_fine=True)
    if made is None:
        return ""
    password = "-".join("".join(secrets.choice(SIGNS) for _ in range(5)) for _ in range(4))
    await _answer(settings, "/links/use", {"secret": made["secret"], "password": password})
    return f"  {role:<16} {password}   ({head.agency})"


async def _found_workspaces(settings: Settings, bodies: list[dict[str, Any]]) -> None:
    """Give each organisation a workspace of its own: its accounts are opened by nobody else."""
    for body in bodies:
        workspace = {
            "slug": workspace_of(UUID(body["id"])),
            "name": body["name"],
            "organisation_id": body["id"],
        }
        await _answer(settings, "/agencies", workspace, conflict_is_fine=True)


async def _answer(
    settings: Settings,
    path: str,
    body: dict[str, Any],
    *,
    by: Actor | None = None,
    conflict_is_fine: bool = False,
) -> Any:
    try:
        by = by or host_actor("administrator", "operator")
        return await ask(settings, "POST", "identity", path, body, by)
    except Problem as problem:
        if problem.status == HTTPStatus.CONFLICT and conflict_is_fine:
            return None
        raise


async def _bodies(settings: Settings) -> list[dict[str, Any]]:
    """The organisations that the agency has registered."""
    listed = await ask(
        settings, "GET", "partners", "/organisations?limit=100", None, host_actor("coordinator")
    )
    return [body for body in listed["items"] if body["agency"] == AGENCY]


def _represented(bodies: list[dict[str, Any]]) -> str:
    """An organisation to represent: one of the registry that is not police."""
    others = [body["id"] for body in bodies if body["kind"] != "police"]
    if not others:
        raise ValueError(_("there is no organisation to represent"))
    return str(others[0])


def _kept(file: Path) -> set[str]:
    """The roles whose account is in the file already, so that an interrupted start can resume."""
    if not file.exists():
        return set()
    return {line.split()[0] for line in file.read_text().splitlines()}


def _keep(file: Path, line: str) -> None:
    """Append an account's line at once: its password is stored nowhere else."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as kept:
        kept.write(f"{line}\n" if line else "")
