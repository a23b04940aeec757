"""History archive: simulated in a system of its own, then imported."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from demo.history import YEARS, start_lives
from demo.history.course import Course
from demo.history.life import Scene
from demo.simulator import SERVICES, ZONE, past
from shared.api_client import ApiClient
from shared.archive.client import ArchiveClient, ArchiveFailed, bars, keys_beside
from shared.i18n.terminal import _
from shared.settings import Settings

# Nine in the evening in East Java.
END_OF_DAY = time(14, tzinfo=UTC)


def last_day() -> date:
    """The last possible day of a history: yesterday in East Java, because all of it is in the past."""
    return datetime.now(ZONE).date() - timedelta(days=1)


async def load_history(
    settings: Settings,
    partnerships: int,
    seed: str,
    until: date,
    console: Console,
    title: str,
    begin: Callable[[], None],
) -> dict[str, int]:
    """Load a history into a running, empty system; returns how many lines each service imported.

    ``begin`` is called once every service has accepted its archive in a dry run, before the first import.
    An interrupted import of the same history is resumed. Raises :class:`ArchiveFailed` if a service
    refuses; then nothing was changed.
    """
    with tempfile.TemporaryDirectory() as folder, bars(console) as progress:
        history = Path(folder, "history")
        await write_history(history, until, partnerships, seed, progress, title)
        archives = {service: history / f"{service}.jsonl" for service in SERVICES}
        async with ArchiveClient.of(settings, progress) as client:
            for dry_run in (True, False):
                if not dry_run:
                    begin()
                reports = await client.put_in(
                    archives, history / "files", keys_beside(history), dry_run=dry_run
                )
                for service, report in reports.items():
                    if report["refused"]:
                        first = report["refused"][0]
                        place = _("line %(line)s (%(what)s)", line=first["line"], what=first["what"])
                        raise ArchiveFailed(f"{service}: {place}: {first['reason']}")
    return {service: sum(report["taken"].values()) for service, report in reports.items()}


async def write_history(
    folder: Path, until: date, partnerships: int, seed: str, progress: Progress, title: str
) -> None:
    """Play the years up to ``until`` and write them to ``folder`` as archives and files.

    The keys to personal data are written next to the folder.
    """
    end = datetime.combine(until, END_OF_DAY)
    begins = end - YEARS
    with tempfile.TemporaryDirectory() as scratch:
        async with (
            past(Path(scratch), begins, seed) as there,
            ApiClient.connected(lambda _service: there.url) as api,
        ):
            task = progress.add_task(title, total=YEARS.days)

            async def advance(moment: datetime) -> None:
                await there.advance(moment)
                progress.update(task, completed=(moment - begins).days)

            course = Course(begins, advance)
            start_lives(Scene(api, there.mint, course, there.now, begins.date()), partnerships, seed)
            await course.run(end)
            progress.remove_task(task)
            client = ArchiveClient(api, lambda: there.mint("custodian", None), progress)
            await client.take_out(folder, SERVICES, keys_beside(folder))
