"""What operators do from the command line: streams, dead letters, projections, mail."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from services.cli.client import call, out
from services.cli.registry import chosen
from shared.backbone import streams
from shared.backbone.broker import Bus
from shared.backbone.streams import Drift
from shared.host.host import all_reactions
from shared.host.mail_sink import messages
from shared.settings import load_settings

streams_app = typer.Typer(no_args_is_help=True, help="What the broker must hold.")
letters_app = typer.Typer(no_args_is_help=True, help="Events whose work could not be done.")
projections_app = typer.Typer(no_args_is_help=True, help="Copies of what other services published.")
mail_app = typer.Typer(no_args_is_help=True, help="Messages that the demonstration's mail server took.")

AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
ServiceName = Annotated[str, typer.Argument(help="The service's name, for example notifications.")]


async def _on_bus(apply: bool) -> list[Drift]:
    settings = load_settings()
    if not settings.nats_url:
        raise typer.BadParameter(
            "NATS_URL is empty: the embedded broker is provisioned by `kemitraan up` itself"
        )
    bus = Bus(settings.nats_url, "kemitraan streams")
    await bus.start()
    try:
        work = streams.apply if apply else streams.diff
        return await work(bus, settings.stream_replicas, all_reactions(chosen(None)))
    finally:
        await bus.stop()


@streams_app.command("apply")
def streams_apply() -> None:
    """Create what is missing and update what differs; never drops data."""
    changed = asyncio.run(_on_bus(True))
    out.print("\n".join(f"changed  {drift}" for drift in changed) or "nothing to change")


@streams_app.command("diff")
def streams_diff(as_json: AsJson = False) -> None:
    """Show what differs from what is declared. Exit code 1 when anything does."""
    found = asyncio.run(_on_bus(False))
    if as_json:
        rows = [
            {"place": one.place, "setting": one.setting, "declared": one.declared, "actual": one.actual}
            for one in found
        ]
        typer.echo(json.dumps(rows))
    else:
        out.print("\n".join(map(str, found)) or "as declared")
    if found:
        raise typer.Exit(1)


def _letters(service: str, path: str = "", method: str = "GET", body: Any = None) -> Any:
    return call(load_settings(), method, service, f"/api/{service}/v1/dead-letters{path}", body)


@letters_app.command("list")
def letters_list(
    service: ServiceName,
    state: Annotated[str, typer.Option(help="parked, replayed or discarded")] = "parked",
    as_json: AsJson = False,
) -> None:
    """List a service's dead letters, oldest first."""
    items = _letters(service, f"?state={state}&limit=100")["items"]
    if as_json:
        typer.echo(json.dumps(items))
        return
    table = Table("id", "parked", "event", "consumer", "tries", "why")
    for one in items:
        table.add_row(
            one["id"],
            one["parked_at"],
            one["event_type"],
            one["consumer"],
            str(one["attempts"]),
            one["error"],
        )
    out.print(table if items else f"no dead letters are {state}")


@letters_app.command("show")
def letters_show(service: ServiceName, letter: Annotated[str, typer.Argument(help="Its id.")]) -> None:
    """Show one dead letter with its event."""
    out.print_json(data=_letters(service, f"/{letter}"))


@letters_app.command("replay")
def letters_replay(
    service: ServiceName,
    letter: Annotated[str, typer.Argument(help="Its id.")],
    data: Annotated[Path | None, typer.Option(help="A JSON file with mended event data.")] = None,
) -> None:
    """Do the work again, with mended data if a file is given."""
    body = {"data": json.loads(data.read_text())} if data else None
    out.print(f"{letter} is {_letters(service, f'/{letter}/replay', 'POST', body)['state']}")


@letters_app.command("discard")
def letters_discard(
    service: ServiceName,
    letter: Annotated[str, typer.Argument(help="Its id.")],
    reason: Annotated[str, typer.Option(help="Why it shall never be handled.")],
) -> None:
    """Give an event up, with a reason."""
    answer = _letters(service, f"/{letter}/discard", "POST", {"reason": reason})
    out.print(f"{letter} is {answer['state']}")


@projections_app.command("list")
def projections_list(service: ServiceName, as_json: AsJson = False) -> None:
    """List a service's projections and how far behind they are."""
    found = call(load_settings(), "GET", service, f"/api/{service}/v1/projections")
    if as_json:
        typer.echo(json.dumps(found))
        return
    table = Table("projection", "events", "behind", "failing")
    for one in found:
        table.add_row(one["name"], ", ".join(one["events"]), str(one["lag"]), one["failing"] or "")
    out.print(table if found else f"{service} has no projections")


@projections_app.command("rebuild")
def projections_rebuild(service: ServiceName, name: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Empty a projection and follow the stream from its beginning."""
    call(load_settings(), "POST", service, f"/api/{service}/v1/projections/{name}/rebuild")
    out.print(f"{name} is being rebuilt; watch it with: kemitraan projections list {service}")


@mail_app.command("list")
def mail_list() -> None:
    """List the messages, oldest first."""
    table = Table("to", "subject")
    table.add_column("id", no_wrap=True)
    for name, message in messages(load_settings().data / "mail"):
        table.add_row(message["To"], message["Subject"], name)
    out.print(table)


@mail_app.command("show")
def mail_show(
    name: Annotated[str, typer.Argument(help="The id from the list; 'last' for the newest.")],
) -> None:
    """Show one message."""
    found = messages(load_settings().data / "mail")
    wanted = found[-1:] if name == "last" else [one for one in found if one[0] == name]
    if not wanted:
        raise typer.BadParameter(f"there is no message {name!r}; see: kemitraan mail list")
    message = wanted[0][1]
    for header in ("From", "To", "Subject", "Date", "Message-ID", "X-Correlation-ID"):
        out.print(f"{header}: {message[header]}", highlight=False, markup=False)
    text = message.get_body(("plain",))
    out.print(f"\n{text.get_content() if text else ''}", highlight=False, markup=False)
