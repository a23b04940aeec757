"""Runner of the demonstration: loads the history, then plays the live partnership."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from demo.accounts import show_accounts
from shared.api_client import ApiClient, NotAnswered, Problem
from shared.client import mint
from shared.console import err, fail, out, reason_of
from shared.i18n import N_, Locale, translator
from shared.i18n.terminal import _, language
from shared.networks import places_with_ports
from shared.private_files import own_file, own_folder
from shared.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")
SEED = "kemitraan"
PARTNERSHIPS = 4
demo_app = typer.Typer()


@demo_app.command("demo")
def play_demo(
    scale: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=10_000,
            help="How many partnerships get a history; by default 4, or none if there are partnerships.",
        ),
    ] = None,
    seed: Annotated[str, typer.Option(help="The same seed and last day make the same history.")] = SEED,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The last day of the history; by default yesterday."),
    ] = None,
    out_folder: Annotated[
        Path | None,
        typer.Option("--out", help="Only write the history to this folder, as an archive.", file_okay=False),
    ] = None,
    live: Annotated[bool, typer.Option(help="Afterwards play a partnership of today, step by step.")] = True,
) -> None:
    """Load three years of four partnerships into a running, empty system; then play a fifth one live.

    The history is played in a temporary system with a simulated clock, and imported as an archive.
    """
    from shared.observability.logging import configure_logging

    settings, lang = load_settings(), language()
    last = _last(until)
    # Log lines of the simulated system are shown only for errors.
    configure_logging("warning", settings.log_format)

    if out_folder is not None:
        work = _write(out_folder, PARTNERSHIPS if scale is None else scale, seed, last, lang)
    else:
        work = _present(settings, scale, seed, last, lang, live=live)
    if stopped := quickly(work):
        fail(stopped)


async def demonstrate(settings: Settings) -> None:
    """Load the history and play, in a system that has just started; do nothing if it has partnerships."""
    from demo.history_archive import last_day

    there_are = await has_partnerships(settings)
    if (there_are is not True or _mark(settings).exists()) and (
        stopped := await _present(settings, None, SEED, last_day(), language(), live=True)
    ):
        err.print(stopped, markup=False)
    await show_accounts(settings, language())


async def has_partnerships(settings: Settings) -> bool | str:
    """Whether the running system has partnerships, or why it cannot be determined."""
    async with ApiClient.connected(settings.service_url, language()) as client:
        try:
            return bool((await client.ask("partners", "partnerships?limit=1"))["items"])
        except (NotAnswered, Problem) as error:
            return str(error)
        except (LookupError, TypeError):
            url = client.url("partners", "partnerships")
            return _("another program answers at %(url)s", url=url)


async def _present(
    settings: Settings, scale: int | None, seed: str, until: date, lang: Locale, *, live: bool
) -> str:
    """Load the history, then play; returns why that stopped, or nothing."""
    say = translator(lang)
    there_are = await has_partnerships(settings)
    if isinstance(there_are, str):
        said = N_("The system does not answer: %(reason)s. Is it running (kemitraan up)?")
        return say(said) % {"reason": there_are}
    if cut_off := _cut_off(settings):
        wanted, seed, until = cut_off
    elif there_are and scale:
        return say(N_("There are partnerships already; a history can only be loaded into an empty system."))
    else:
        wanted = (0 if there_are else PARTNERSHIPS) if scale is None else scale
    stopped = await _load(settings, wanted, seed, until, lang) if wanted else ""
    return stopped or (await play(settings, lang) if live else "")


async def _load(settings: Settings, scale: int, seed: str, until: date, lang: Locale) -> str:
    """Load the history; returns why that stopped, or nothing."""
    from demo import history_archive
    from demo.client import DemoFailed
    from shared.archive.client import ArchiveFailed

    say, mark = translator(lang), _mark(settings)
    begun = time.monotonic()

    def begin() -> None:
        own_folder(mark.parent)
        own_file(mark).write_text(json.dumps([scale, seed, until.isoformat()]), "utf-8")

    try:
        taken = await history_archive.load_history(
            settings, scale, seed, until, out, say(N_("three years")), begin
        )
    except (ArchiveFailed, DemoFailed, NotAnswered) as error:
        return say(N_("The history could not be loaded: %(reason)s")) % {"reason": reason_of(error)}
    mark.unlink(missing_ok=True)
    text = N_("%(partnerships)s partnerships with three years of history: %(lines)s records in %(seconds)s s")
    seconds = round(time.monotonic() - begun, 1)
    facts = {"partnerships": scale, "lines": sum(taken.values()), "seconds": seconds}
    out.print(say(text) % facts, style="green", highlight=False)
    return ""


def _mark(settings: Settings) -> Path:
    """A marker file that exists while a history is loaded."""
    return settings.data / "history-is-loaded.json"


def _cut_off(settings: Settings) -> tuple[int, str, date] | None:
    """The history whose loading was interrupted; loading it again resumes."""
    try:
        scale, seed, until = json.loads(_mark(settings).read_text("utf-8"))
        return int(scale), str(seed), date.fromisoformat(until)
    except (OSError, ValueError, TypeError):
        return None


async def play(settings: Settings, lang: Locale) -> str:
    """Play today's partnership; returns why it stopped, or nothing."""
    from demo import play as live
    from demo.client import DemoFailed

    try:
        await live.play(
            lambda service: settings.portal_url if service == "portal" else settings.service_url(service),
            lambda role, organisation: mint(settings, role, organisation),
            settings.data / "mail",
            out,
            lang,
            hook_port=next((port for _, port in places_with_ports(settings.webhook_allow)[0]), 0),
        )
    except DemoFailed as error:
        return str(error)
    return ""


async def _write(folder: Path, scale: int, seed: str, until: date, lang: Locale) -> str:
    from demo import history_archive
    from demo.client import DemoFailed
    from shared.archive.client import bars

    try:
        with bars() as progress:
            title = translator(lang)(N_("three years"))
            await history_archive.write_history(folder, until, scale, seed, progress, title)
    except (DemoFailed, OSError) as error:
        return reason_of(error)
    typer.echo(f"{folder}")
    return ""


def _last(until: datetime | None) -> date:
    from demo.history_archive import last_day

    latest = last_day()
    if until is not None and until.date() > latest:
        text = _("a history must be in the past: the latest day for --until is %(day)s", day=latest)
        raise typer.BadParameter(text)
    return until.date() if until is not None else latest


def quickly(work: Coroutine[object, object, T]) -> T:
    """Run a coroutine on the fastest event loop available (uvloop)."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
