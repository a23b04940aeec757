"""Typer application of the command `kemitraan`."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from rich.text import Text
from typer import rich_utils
from typer.exceptions import TyperException

from demo import runner
from services.cli import accounts, acts, archives, keys, lists, operations, persons
from services.cli.client import ROLES, unknown_role
from services.cli.language import show_error, translated_commands
from services.registry import chosen
from shared.client import mint, readiness
from shared.console import out, show
from shared.i18n import N_
from shared.i18n.terminal import _, requested_language, set_language
from shared.settings import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from shared.host.runtime import ServiceRuntime

PANELS = {
    N_("Run and inspect"): ("demo", "mail", "open", "status", "up"),
    N_("Agencies and people"): ("accounts", "acts", "agencies", "persons", "token"),
    N_("Data and keys"): ("archive", "import", "keys"),
    N_("Events and timers"): ("dead-letters", "projections", "streams", "timers"),
}
"""The commands in the groups and the order of the help."""

app = typer.Typer(
    no_args_is_help=True,
    help="Run and operate Kemitraan. Settings come from the environment (docs/settings.md).",
)
app.add_typer(runner.demo_app)
app.add_typer(operations.mail_app, name="mail")
app.add_typer(accounts.agencies_app, name="agencies")
app.add_typer(accounts.accounts_app, name="accounts")
app.add_typer(acts.acts_app, name="acts")
app.add_typer(persons.persons_app, name="persons")
app.add_typer(operations.timers_app)
app.add_typer(operations.projections_app, name="projections")
app.add_typer(operations.letters_app, name="dead-letters")
app.add_typer(operations.streams_app, name="streams")
app.add_typer(lists.import_app)
app.add_typer(archives.archive_app, name="archive")
app.add_typer(keys.keys_app, name="keys")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kemitraan {version('kemitraan')}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    """Options of every command."""


@app.command()
def up(
    services: Annotated[
        list[str] | None, typer.Argument(help="One or more of: %(services)s. By default all.")
    ] = None,
    demo: Annotated[
        bool, typer.Option(help="Receive mail locally, and play the demonstration if there is no data yet.")
    ] = False,
) -> None:
    """Run services in this process until Ctrl-C or SIGTERM.

    Without NATS_URL a nats-server is started as a child process; without DATABASE_URL each service keeps a
    SQLite file in the data folder. `kemitraan up partners` runs one service.
    """
    gc.disable()  # imported modules stay: collecting them again takes a tenth of the start-up

    import uvloop

    from shared.host.host import serve
    from shared.host.mail_sink import SINK, SinkPortTaken, free_port, mail_sink

    settings = load_settings()
    if demo and not settings.webhook_allow:  # only the demonstration's own endpoint on loopback
        settings = settings.model_copy(update={"webhook_allow": f"127.0.0.1:{free_port()}"})
    hosted = chosen(services)
    gc.freeze()
    gc.enable()

    async def ready(_runtimes: list[ServiceRuntime]) -> None:
        if demo:
            await runner.demonstrate(settings)
        # For people at a terminal: not between JSON log lines, and not for a part of the system.
        if demo or (settings.log_format == "console" and not services):
            _signpost(settings)

    def run() -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(hosted, settings, on_ready=ready))

    if not demo:
        run()
        return
    wanted = settings.smtp_url or SINK
    try:
        with mail_sink(wanted, settings.data / "mail", any_port=not settings.smtp_url) as url:
            settings = settings.model_copy(update={"smtp_url": url or settings.smtp_url})
            run()
    except SinkPortTaken as taken:
        text = _(
            "KEMITRAAN_SMTP_URL: somebody listens at %(place)s already, so mail cannot be taken there. "
            "Choose another port, or leave it out: the demonstration then finds one.",
            place=taken,
        )
        raise SettingsError(text) from None


@app.command()
def status(
    every: Annotated[bool, typer.Option("--all", help="Show every check.")] = False,
    as_json: operations.AsJson = False,
) -> None:
    """Show whether the running system is ready, with its problems and warnings. Exit code 1 if it is not.

    Asks every process that the settings name. As JSON: {ready, checks: [{service, name, ok, detail}]}.
    """
    settings = load_settings()
    state = readiness(settings)
    if as_json:
        typer.echo(json.dumps(state))
    else:
        _print_state(settings, state["checks"], every)
    if not state["ready"]:
        raise typer.Exit(1)


def _print_state(settings: Settings, checks: list[dict[str, Any]], every: bool) -> None:
    failing = sorted({check["service"] for check in checks if not check["ok"]})
    services = list(dict.fromkeys(check["service"] for check in checks))
    hosted = [service for service in services if service != "host"]  # the store of the embedded broker
    headline = (
        _("not ready: %(services)s", services=", ".join(failing))
        if failing
        else _("all %(count)s services are ready", count=len(hosted))
    )
    typer.echo(f"{headline} (kemitraan {version('kemitraan')}, {settings.public_url})")
    marks = {True: Text("✓", "green"), False: Text("✗", "red")}
    if every:
        rows = [
            (marks[check["ok"]], check["service"], check["name"], check["detail"] or "") for check in checks
        ]
        show(("", _("service"), _("check"), _("detail")), rows)
        return
    rows = []
    for service in services:
        own = [check for check in checks if check["service"] == service]
        holding = sum(check["ok"] for check in own)
        # A passing check with a detail is a warning for operators, for example waiting mail.
        told = [f"{check['name']}: {check['detail']}" for check in own if check["detail"] or not check["ok"]]
        share = _("%(count)s of %(all)s", count=holding, all=len(own))
        rows.append((marks[holding == len(own)], service, share, "; ".join(told)))
    show(("", _("service"), _("checks"), _("what to know")), rows)


@app.command("open")
def open_portal() -> None:
    """Open the portal in this machine's browser, and print its address."""
    settings = load_settings()
    typer.echo(settings.public_url)
    typer.launch(settings.public_url)


@app.command()
def token(
    role: Annotated[str, typer.Argument(help="One of: %(roles)s.")],
    organisation: Annotated[
        UUID | None, typer.Option(help="The organisation that a representative acts for.")
    ] = None,
) -> None:
    """Print a token (valid 15 minutes) for a demonstration account of a role."""
    if role not in ROLES:
        raise typer.BadParameter(unknown_role(role))
    if role == "representative" and organisation is None:
        raise typer.BadParameter(_("a representative acts for an organisation: add --organisation ID"))
    typer.echo(mint(load_settings(), role, organisation))


def _signpost(settings: Settings) -> None:
    running = _("Kemitraan runs at %(url)s (Ctrl-C stops it)", url=f"{settings.public_url}/")
    out.print(f"\n{running}", style="bold", highlight=False, markup=False)
    places = {
        _("data"): str(settings.data),
        _("sign in"): f"kemitraan token coordinator   ({_('a token for the APIs')})",
        _("mail"): "kemitraan mail list",
        _("state"): "kemitraan status",
    }
    width = max(map(len, places))
    for name, place in places.items():
        out.print(f"  {name:<{width}}  {place}", highlight=False, markup=False, soft_wrap=True)
    out.print()


def main() -> None:
    """Run the command in the user's language; errors that the user can fix end it with one clear message."""
    set_language(requested_language(sys.argv[1:], os.environ))
    try:
        raise SystemExit(translated_commands(app, PANELS).main(prog_name="kemitraan", standalone_mode=False))
    except TyperException as error:
        show_error(error)
        raise SystemExit(2) from None
    except typer.Abort:
        rich_utils.rich_abort_error()
        raise SystemExit(1) from None
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(2) from None
    except RuntimeError as error:
        # Imported when needed: the host takes seconds.
        from shared.database.database import DatabaseInUse
        from shared.host.listener import CannotListen
        from shared.host.nats_server import NatsServerError

        if not isinstance(error, (CannotListen, DatabaseInUse, NatsServerError)):
            raise
        typer.echo(str(error), err=True)
        raise SystemExit(1) from None
