"""Archive commands: `kemitraan archive export` and `kemitraan archive import`."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer

from shared.api_client import NotAnswered
from shared.console import fail, show
from shared.i18n.terminal import _
from shared.private_files import private_umask
from shared.settings import load_settings

if TYPE_CHECKING:
    from shared.archive.client import ArchiveClient

T = TypeVar("T")
# Each service after those that its data refers to and that may have changed meanwhile: products refer to
# programmes, both refer to partnerships, and notifications must know every event that was already notified.
TAKEN_OUT = ("products", "programs", "partners", "notifications", "identity")
# Services with reactions come first, so that they know which events they have handled before they receive
# them again.
PUT_IN = ("notifications", "identity", "partners", "programs", "products")
SHOWN, FEW = 20, 3  # reasons shown, and lines listed for each

archive_app = typer.Typer(no_args_is_help=True, help="Export and import all data of the services.")


@archive_app.callback()
def _for_the_owner_alone(context: typer.Context) -> None:
    # The files are readable only by their owner, whatever the umask is.
    context.with_resource(private_umask())


DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Dry run: print the same report, but change nothing.")
]
ReportFile = Annotated[
    Path | None, typer.Option(help="Write every refused line to this file, as JSON Lines.", dir_okay=False)
]


@archive_app.command("export")
def export_archive(
    folder: Annotated[Path, typer.Argument(help="Where to write; created if missing.", file_okay=False)],
    shape: Annotated[
        Literal["jsonl", "csv"],
        typer.Option(
            "--format", help="csv: a folder for each service and a file for each table, for spreadsheets."
        ),
    ] = "jsonl",
) -> None:
    """Export all data of the services to a folder: a .jsonl file each (or CSV files), and the stored files.

    Either form can be imported again. Personal data is encrypted; the keys are written to a file next to
    the folder, FOLDER.keys. Store it separately, and keep only the newest: it also opens older archives,
    except for people who have been erased since.
    """
    from services.cli import spreadsheets
    from shared.archive.client import keys_beside

    async def export(client: ArchiveClient) -> None:
        if shape == "jsonl":
            await client.take_out(folder, TAKEN_OUT, keys_beside(folder))
            return
        # An import would use the .jsonl and ignore changes in the CSV files.
        with tempfile.TemporaryDirectory(dir=folder) as between:
            await client.take_out(Path(between), TAKEN_OUT, keys_beside(folder))
            for service in TAKEN_OUT:
                spreadsheets.to_csv(Path(between, f"{service}.jsonl"), folder / service)
            shutil.move(Path(between, "files"), folder / "files")

    _refuse_mixture(folder, shape)
    folder.mkdir(parents=True, exist_ok=True)
    _with_client(export)
    typer.echo(_("exported to %(folder)s", folder=folder))


@archive_app.command("import")
def import_archive(
    folder: Annotated[Path, typer.Argument(help="An exported folder.", exists=True, file_okay=False)],
    dry_run: DryRun = False,
    report: ReportFile = None,
    keys: Annotated[
        Path | None,
        typer.Option(help="The keys to personal data; by default FOLDER.keys.", exists=True),
    ] = None,
    nameless: Annotated[
        bool, typer.Option("--nameless", help="Import without keys: all personal data is left out.")
    ] = False,
) -> None:
    """Import an exported folder into a running, empty system: each service's archive whole, or not at all.

    An import that was interrupted between two services can be resumed by running it again: what has been
    imported is left unchanged. Exit code 1 if a line was refused; each is reported with its number and the
    reason.
    """
    from shared.archive.client import is_sealed, keys_beside

    with tempfile.TemporaryDirectory() as made:
        archives = _archives_in(folder, Path(made))
        if not archives:
            facts = {"folder": folder, "names": ", ".join(f"{name}.jsonl" for name in PUT_IN)}
            text = _(
                "%(folder)s contains no archive: neither one of %(names)s nor a folder of CSV files",
                **facts,
            )
            fail(text)
        keys = keys or keys_beside(folder)
        if not keys.is_file() and not nameless and any(map(is_sealed, archives.values())):
            text = _(
                "%(keys)s is missing: without it all personal data is left out (--keys, --nameless)",
                keys=keys,
            )
            fail(text)
        opened = None if nameless or not keys.is_file() else keys
        reports: dict[str, Any] = _with_client(
            lambda client: client.put_in(archives, folder / "files", opened, dry_run=dry_run)
        )
    show(
        (_("service"), _("lines"), _("taken"), _("refused"), "", _("nameless")),
        [
            (
                service,
                str(report["lines"]),
                str(sum(report["taken"].values())),
                str(report["refused_lines"]),
                _became(report),
                str(report["nameless"]),
            )
            for service, report in reports.items()
        ],
    )
    refused = [
        {"service": service, **refusal}
        for service, report in reports.items()
        for refusal in report["refused"]
    ]
    report_refused(refused, report, sum(report["refused_lines"] for report in reports.values()))


@archive_app.command("keys")
def export_keys(
    file: Annotated[Path, typer.Argument(help="Where to write; an older one is replaced.", dir_okay=False)],
) -> None:
    """Write the current keys to personal data in all archives, without those of erased people."""
    _with_client(lambda client: client.take_keys(TAKEN_OUT, file))
    typer.echo(_("wrote %(file)s; destroy older ones", file=file))


def _became(report: dict[str, Any]) -> str:
    """The result of a service's import."""
    if report["before"]:
        return _("kept before")
    return _("kept") if report["kept"] else _("nothing was changed")


def _refuse_mixture(folder: Path, shape: str) -> None:
    """Refuse to write next to another archive, which an import could not tell from this one."""
    others = [name for name in PUT_IN if (folder / name).is_dir()]
    if shape == "csv":
        others = [*others, *(f"{name}.jsonl" for name in PUT_IN if (folder / f"{name}.jsonl").exists())]
        others += ["files"] if (folder / "files").exists() else []
    if others:
        fail(
            _(
                "%(folder)s already contains %(names)s: choose an empty folder",
                folder=folder,
                names=", ".join(others),
            )
        )


def _archives_in(folder: Path, made: Path) -> dict[str, Path]:
    """The archive of each service; CSV files are combined into one in the folder ``made``."""
    from services.cli import spreadsheets

    archives: dict[str, Path] = {}
    for service in PUT_IN:
        archive, sheets = folder / f"{service}.jsonl", folder / service
        if archive.is_file() and sheets.is_dir():
            facts = {"folder": folder, "archive": archive.name, "service": service}
            fail(
                _(
                    "%(folder)s contains both %(archive)s and CSV files of %(service)s: remove one of them",
                    **facts,
                )
            )
        if sheets.is_dir():
            archive = made / archive.name
            try:
                spreadsheets.from_csv(sheets, archive, service)
            except spreadsheets.SheetUnreadable as error:
                fail(str(error))
        if archive.is_file():
            archives[service] = archive
    return archives


def _with_client(work: Any) -> Any:
    """Run it with the archive client of the system that the settings name, showing progress."""
    from shared.archive.client import ArchiveClient, bars

    settings = load_settings()

    async def run() -> Any:
        with bars() as progress:
            async with ArchiveClient.of(settings, progress) as client:
                return await work(client)

    return run_client(run())


def report_refused(refused: list[dict[str, Any]], file: Path | None, count: int) -> None:
    """Report refused lines on standard error, and all of them in a file; exit code 1 if there were any."""
    if file is not None:
        file.write_text("".join(json.dumps(line) + "\n" for line in refused), "utf-8")
    alike: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for line in refused:
        alike.setdefault((line.get("service", ""), line["reason"]), []).append(line)
    told = 0
    for (service, reason), lines in list(alike.items())[:SHOWN]:
        first, last = lines[0], lines[-1]
        place = f"{service} " if service else ""
        if len(lines) > FEW:
            facts = {"count": len(lines), "first": first["line"], "last": last["line"], "what": first["what"]}
            text = _("%(count)s lines, %(first)s to %(last)s (%(what)s and others)", **facts)
            typer.echo(f"{place}{text}: {reason}", err=True)
        else:
            for line in lines:
                text = _("line %(line)s (%(what)s)", line=line["line"], what=line["what"])
                typer.echo(f"{place}{text}: {reason}", err=True)
        told += len(lines)
    if count > told:
        more = _("… and %(count)s more (--report FILE writes the first thousand)", count=count - told)
        typer.echo(more, err=True)
    if count:
        raise typer.Exit(1)


def run_client(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that talks to the system; a failure ends the command with the reason."""
    from shared.archive.client import ArchiveFailed

    try:
        return asyncio.run(work)
    except ArchiveFailed as error:
        fail(str(error))
    except NotAnswered as error:
        fail(_("The system does not answer: %(reason)s. Is it running (kemitraan up)?", reason=error.reason))
    except OSError as error:
        fail(f"{error.filename or _('a file')}: {error.strerror}")
