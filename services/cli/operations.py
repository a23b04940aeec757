"""Operator commands: streams, dead letters, projections, mail."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote
from uuid import UUID

import typer

from services.cli.client import call, call_all
from services.registry import chosen
from shared.console import err, fail, out, reason_of, show
from shared.i18n.formats import show_number
from shared.i18n.terminal import _, language
from shared.service_names import WITH_DATA
from shared.settings import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from shared.events.streams import Drift

WATCH_SECONDS = 0.2
streams_app = typer.Typer(no_args_is_help=True, help="The streams and consumers of the broker.")
letters_app = typer.Typer(no_args_is_help=True, help="Dead letters: events that could not be processed.")
projections_app = typer.Typer(
    no_args_is_help=True, help="Projections: copies of what other services published."
)
timers_app = typer.Typer()
mail_app = typer.Typer(no_args_is_help=True, help="Messages that the demonstration's mail server received.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
ServiceName = Annotated[str, typer.Argument(help="The service's name, for example notifications.")]
ServiceNames = Annotated[
    list[str] | None, typer.Argument(help="One or more of: %(services_with_data)s. By default all.")
]
LetterId = Annotated[UUID, typer.Argument(help="Its id, as the list shows it.")]


async def _on_bus(apply: bool) -> list[Drift]:
    from nats.errors import Error as NatsError

    from shared.events import streams
    from shared.events.broker import Bus, JetStreamError, JetStreamUnavailable
    from shared.host.host import all_consumers, check_broker
    from shared.keys.broker_credentials import Credentials
    from shared.keys.rights import PROVISIONER

    settings = load_settings()
    if not settings.nats_url:
        raise SettingsError(
            _("NATS_URL is empty; the embedded broker is provisioned by `kemitraan up` itself.")
        )
    bus = Bus(settings.nats_url, "kemitraan streams", Credentials.of(settings, PROVISIONER))
    try:
        await check_broker(bus)
        await bus.start()
        try:
            work = streams.apply if apply else streams.diff
            return await work(bus, settings.stream_replicas, all_consumers(chosen(None)))
        finally:
            await bus.stop()
    except (NatsError, OSError, LookupError) as error:
        fail(_("the broker does not answer (NATS_URL): %(reason)s", reason=reason_of(error)))
    except (JetStreamError, JetStreamUnavailable) as error:
        fail(str(error))


@streams_app.command("apply")
def streams_apply() -> None:
    """Create what is missing and update what differs; data is never dropped."""
    changed = asyncio.run(_on_bus(True))
    lines = [_("changed  %(what)s", what=drift) for drift in changed]
    typer.echo("\n".join(lines) or _("nothing to change"))


@streams_app.command("diff")
def streams_diff(as_json: AsJson = False) -> None:
    """Show how the broker differs from the declared streams and consumers. Exit code 1 if it does.

    As JSON: [{place, setting, declared, actual}]; null where it is missing.
    """
    drifts = asyncio.run(_on_bus(False))
    if as_json:
        typer.echo(json.dumps([asdict(stream) for stream in drifts]))
    else:
        typer.echo("\n".join(map(str, drifts)) or _("as declared"))
    if drifts:
        raise typer.Exit(1)


def _letters(service: str, path: str = "", method: str = "GET", body: Any = None) -> Any:
    return call(load_settings(), method, service, f"/dead-letters{path}", body)


@letters_app.command("list")
def letters_list(
    services: ServiceNames = None,
    state: Annotated[
        Literal["parked", "replayed", "discarded"], typer.Option(help="Their state.")
    ] = "parked",
    as_json: AsJson = False,
) -> None:
    """List dead letters by service, oldest first.

    As JSON: [{service, id, consumer, event_type, subject, error, attempts,
    state, parked_at, settled_at, settled_by, reason, envelope}].
    """
    letters = [letter for name in services or WITH_DATA for letter in _all_letters(name, state)]
    if as_json:
        typer.echo(json.dumps(letters))
    elif letters:
        fields = ("service", "id", "parked_at", "event_type", "consumer", "attempts", "error")
        headers = (_("service"), "id", _("parked"), _("event"), _("consumer"), _("tries"), _("why"))
        show(headers, ([str(letter[field]) for field in fields] for letter in letters))
    else:
        typer.echo(_("no dead letters are %(state)s", state=_(state)))


def _all_letters(service: str, state: str) -> Iterator[dict[str, Any]]:
    letters = call_all(load_settings(), service, "/dead-letters", state=state)
    return ({"service": service, **letter} for letter in letters)


@letters_app.command("show")
def letters_show(service: ServiceName, letter: LetterId) -> None:
    """Show one dead letter with its event, as JSON."""
    out.print_json(data=_letters(service, f"/{letter}"))


@letters_app.command("replay")
def letters_replay(
    service: ServiceName,
    letter: LetterId,
    data: Annotated[
        Path | None,
        typer.Option(help="A JSON file with corrected event data.", exists=True, dir_okay=False),
    ] = None,
) -> None:
    """Process the event again, with corrected data if a file is given."""
    body = {"data": _object_in(data)} if data else None
    _tell(letter, _letters(service, f"/{letter}/replay", "POST", body))


def _object_in(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_bytes())
    except ValueError as error:
        text = _("%(file)s is not valid JSON: %(reason)s", file=file, reason=error)
        raise typer.BadParameter(text) from None
    if not isinstance(content, dict):
        raise typer.BadParameter(_("%(file)s should contain a JSON object: the event's data", file=file))
    return content


@letters_app.command("discard")
def letters_discard(
    service: ServiceName,
    letter: LetterId,
    reason: Annotated[str, typer.Option(help="Why it is discarded.")],
) -> None:
    """Discard a dead letter, with a reason."""
    _tell(letter, _letters(service, f"/{letter}/discard", "POST", {"reason": reason}))


def _tell(letter: UUID, answer: dict[str, Any]) -> None:
    typer.echo(_("%(letter)s is %(state)s", letter=letter, state=_(answer["state"])))


@projections_app.command("list")
def projections_list(services: ServiceNames = None, as_json: AsJson = False) -> None:
    """List projections by service, how far behind they are, and why they are stopped if they are.

    As JSON: [{service, name, events, lag, failing}].
    """
    settings = load_settings()
    projections = [
        {"service": name, **projection}
        for name in services or WITH_DATA
        for projection in call(settings, "GET", name, "/projections")
    ]
    if as_json:
        typer.echo(json.dumps(projections))
    elif projections:
        rows = (
            (
                projection["service"],
                projection["name"],
                ", ".join(projection["events"]),
                str(projection["lag"]),
                projection["failing"] or "",
            )
            for projection in projections
        )
        show((_("service"), _("projection"), _("events"), _("behind"), _("failing")), rows)
    else:
        typer.echo(_("no projections"))


@projections_app.command("rebuild")
def projections_rebuild(service: ServiceName, name: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Empty a projection, rebuild it from the beginning of the stream, and show its progress and rate.

    If the command is stopped early, the rebuild continues; its state is in the list.
    """
    settings = load_settings()
    call(settings, "POST", service, f"/projections/{quote(name, safe='')}/rebuild")
    begun = time.monotonic()
    events = _rebuilt(settings, service, name)
    seconds = time.monotonic() - begun
    facts = {
        "name": name,
        "events": show_number(events, language()),
        "seconds": show_number(round(seconds, 1), language()),
        "rate": show_number(round(events / seconds), language()),
    }
    typer.echo(_("%(name)s is rebuilt: %(events)s events in %(seconds)s s, %(rate)s events/s", **facts))


def _rebuilt(settings: Settings, service: str, name: str) -> int:
    """Wait until a projection has caught up; returns how many events it was behind at most."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn(name), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    most = 0
    with Progress(*columns, console=err) as progress:
        task = progress.add_task(name, total=None)
        while True:
            listed = call(settings, "GET", service, "/projections")
            state = next(item for item in listed if item["name"] == name)
            if state["failing"] not in (None, "rebuilding"):
                fail(_("%(name)s is stopped: %(reason)s", name=name, reason=state["failing"]))
            behind: int = state["lag"]
            most = max(most, behind)
            progress.update(task, total=most or None, completed=most - behind)
            if state["failing"] is None and behind == 0:
                return most
            time.sleep(WATCH_SECONDS)


@timers_app.command("timers")
def timers_list(services: ServiceNames = None, as_json: AsJson = False) -> None:
    """List scheduled timers: reminders, due dates, ends of validity.

    The next thousand of each service. As JSON: [{service, name, about, key, due_at, attempts, failing}].
    """
    settings = load_settings()
    timers = [
        {"service": name, **timer}
        for name in services or WITH_DATA
        for timer in call(settings, "GET", name, "/timers?limit=1000")
    ]
    timers.sort(key=lambda item: item["due_at"])
    if as_json:
        typer.echo(json.dumps(timers))
    elif timers:
        rows = (
            (
                minute(timer["due_at"]),
                timer["name"],
                timer["service"],
                str(timer["about"]),
                timer["failing"] or "",
            )
            for timer in timers
        )
        show((_("due"), _("what"), _("service"), _("about"), _("failing")), rows)
    else:
        typer.echo(_("no timers"))


@mail_app.command("list")
def mail_list(as_json: AsJson = False) -> None:
    """List the messages, oldest first. As JSON: [{id, date, to, subject}]."""
    from shared.host.mail_sink import messages

    listed = [
        {
            "id": name,
            "date": mail["Date"].datetime.isoformat() if mail["Date"] else "",
            "to": str(mail["To"]),
            "subject": str(mail["Subject"]),
        }
        for name, mail in messages(load_settings().data / "mail")
    ]
    if as_json:
        typer.echo(json.dumps(listed))
    elif listed:
        rows = ((minute(mail["date"]), mail["to"], mail["subject"], mail["id"]) for mail in listed)
        show((_("date"), _("to"), _("subject"), "id"), rows)
    else:
        typer.echo(_("no mail has arrived"))


def minute(moment: str) -> str:
    """A moment as a table shows it, in UTC to the minute."""
    return datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%d %H:%M") if moment else ""


@mail_app.command("show")
def mail_show(
    name: Annotated[str, typer.Argument(help="The id from the list; 'last' for the newest.")],
) -> None:
    """Show one message."""
    from shared.host.mail_sink import messages

    mails = messages(load_settings().data / "mail")
    wanted = mails[-1:] if name == "last" else [message for message in mails if message[0] == name]
    if not wanted:
        raise typer.BadParameter(_("there is no message %(name)s; see: kemitraan mail list", name=repr(name)))
    message = wanted[0][1]
    for header in ("From", "To", "Subject", "Date", "Message-ID", "X-Correlation-ID"):
        typer.echo(f"{header}: {message[header]}")
    text = message.get_body(("plain",))
    typer.echo(f"\n{text.get_content() if text else ''}")
