"""Personal data commands on the host: `kemitraan persons export` and `kemitraan persons erase`."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import typer

from services.cli.accounts import Agency
from services.cli.client import agency_or_only, call
from shared.client import host_actor
from shared.i18n.terminal import _
from shared.identity.actor import Actor
from shared.private_files import own_file
from shared.service_names import WITH_DATA
from shared.settings import load_settings

persons_app = typer.Typer(no_args_is_help=True, help="Export or erase the data held about a person.")
LOOK_SECONDS = 0.5

PersonId = Annotated[UUID, typer.Argument(help="The person's id, as the registry and the accounts show it.")]
Why = Literal["asked", "withdrawn", "not-needed", "unlawful"]


@persons_app.command("export")
def export(
    person: PersonId,
    agency: Agency = None,
    to: Annotated[Path | None, typer.Option(help="Write to this file.", dir_okay=False)] = None,
) -> None:
    """Print all data that the services hold about a person, as one JSON object: service, table, rows."""
    settings = load_settings()
    agency = agency_or_only(settings, agency)
    services: dict[str, Any] = {}
    for name in WITH_DATA:
        held = call(settings, "GET", name, f"/personal-data/{person}", by=_head(agency))
        services[name] = held["held"]
    text = json.dumps(
        {"person": str(person), "agency": agency, "services": services}, ensure_ascii=False, indent=2
    )
    if to is None:
        typer.echo(text)
        return
    own_file(to).write_text(text + "\n", "utf-8")
    typer.echo(_("wrote %(file)s", file=to))


@persons_app.command("erase")
def erase(
    person: PersonId,
    agency: Agency = None,
    why: Annotated[Why, typer.Option(help="The legal ground.")] = "asked",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
) -> None:
    """Erase a person's personal data in every service, and wait until each has finished.

    Their actions stay on record, without a name. This cannot be undone.
    """
    settings = load_settings()
    agency = agency_or_only(settings, agency)
    facts = {"person": person, "agency": agency}
    if not yes:
        typer.confirm(_("Permanently erase %(person)s in %(agency)s?", **facts), abort=True)
    body = {"why": why}
    order = call(settings, "POST", "identity", f"/persons/{person}/erase", body, by=_head(agency))
    told: set[str] = set()
    while True:
        shown = call(settings, "GET", "identity", f"/erasures/{order['id']}", by=_head(agency))
        for service in shown["services"]:
            if service["finished_at"] is not None and service["service"] not in told:
                told.add(service["service"])
                held = {"service": service["service"], "rows": service["rows"]}
                typer.echo(_("%(service)s: %(rows)s rows contained personal data", **held))
        if shown["complete"]:
            break
        time.sleep(LOOK_SECONDS)
    typer.echo(_("%(person)s is erased in %(agency)s (erasure %(id)s)", **facts, id=order["id"]))
    follows = _("export the archive keys again (kemitraan archive keys), and destroy older ones")
    typer.echo(follows, err=True)


def _head(agency: str) -> Actor:
    """Act as administrator of any agency."""
    return host_actor("administrator", agency=agency)
