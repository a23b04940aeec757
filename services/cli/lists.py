"""Lists of things to register: line by line, as if each were typed in."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from services.cli.archives import DryRun, ReportFile, speak, tell
from services.cli.client import mint
from shared.settings import Settings, load_settings

if TYPE_CHECKING:
    from aiohttp import ClientSession


@dataclass(frozen=True, slots=True)
class Sort:
    """What a list holds: where it is registered, by whom, and its columns (the first ones are needed)."""

    service: str
    path: str
    role: str
    needed: tuple[str, ...]
    more: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns."""
        return self.needed + self.more


SORTS = {
    "organisations": Sort("partners", "organisations", "coordinator", ("name", "kind", "area")),
    "people": Sort("partners", "persons", "coordinator", ("name",), ("email", "phone")),
}


@dataclass(slots=True)
class Tally:
    """What became of the lines."""

    registered: int = 0
    known: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)


def import_list(
    kind: Annotated[Literal["organisations", "people"], typer.Argument(help="What the list holds.")],
    file: Annotated[
        Path,
        typer.Argument(
            help="A .csv whose first line names the columns (name, kind, area; name, email, phone), or a"
            " .jsonl with an object a line.",
            exists=True,
            dir_okay=False,
        ),
    ],
    dry_run: DryRun = False,
    report: ReportFile = None,
) -> None:
    """Register a list of things, line by line, as if each were typed in.

    A line that is refused is reported and the others go on; a mended list can be sent again as a whole, as a
    line that was registered before is left alone for a day.
    """
    settings, sort, tally = load_settings(), SORTS[kind], Tally()
    lines = list(_lines(file, sort))

    async def run() -> None:
        from aiohttp import ClientSession

        from services.cli.archivist import bars

        async with ClientSession() as session:
            with bars() as progress:
                for number, body in progress.track(lines, description=kind):
                    await _register(session, settings, sort, number, body, tally, dry_run=dry_run)

    speak(run())
    done = "would be registered" if dry_run else "registered"
    before = f", {tally.known} registered before" if tally.known else ""
    typer.echo(f"{tally.registered} {kind} {done}{before}, {len(tally.refused)} refused")
    tell(tally.refused, report, len(tally.refused))


async def _register(
    session: ClientSession,
    settings: Settings,
    sort: Sort,
    number: int,
    body: dict[str, Any],
    tally: Tally,
    *,
    dry_run: bool,
) -> None:
    from services.cli.archivist import told

    written = json.dumps(body, sort_keys=True)
    headers = {
        "Authorization": f"Bearer {mint(settings, sort.role)}",
        "Accept-Language": "en",
        "Dry-Run": str(dry_run).lower(),
        # The same line sent twice, after a break, is registered once.
        "Idempotency-Key": hashlib.sha256(f"{sort.path} {written}".encode()).hexdigest(),
    }
    url = f"{settings.service_url(sort.service)}/api/{sort.service}/v1/{sort.path}"
    async with session.post(url, json=body, headers=headers) as answer:
        if answer.status >= 400:
            tally.refused.append({"line": number, "what": sort.path, "reason": await told(answer)})
        elif "Idempotency-Replayed" in answer.headers:
            tally.known += 1
        else:
            tally.registered += 1


def _lines(file: Path, sort: Sort) -> Iterator[tuple[int, dict[str, Any]]]:
    """The lines of the file with their numbers; ends the command where it is no such file."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{file} is not UTF-8 text (byte {error.start + 1})") from None
    try:
        yield from _of_csv(text, file, sort) if file.suffix.lower() == ".csv" else _of_json(text, file)
    except csv.Error as error:
        raise typer.BadParameter(f"{file} is no CSV: {error}") from None


def _of_csv(text: str, file: Path, sort: Sort) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    header = [name.strip() for name in next(reader, [])]
    unknown = [name or "(nothing)" for name in header if name not in sort.columns]
    missing = [name for name in sort.needed if name not in header]
    if unknown or missing or len(set(header)) < len(header):
        raise typer.BadParameter(
            f"the first line of {file} is “{','.join(header)}”; it should name the columns"
            f" {', '.join(sort.needed)}" + (f", and may name {', '.join(sort.more)}" if sort.more else "")
        )
    for cells in reader:
        if not any(cells):
            continue
        if len(cells) > len(header):
            raise typer.BadParameter(
                f"line {reader.line_num} of {file} has {len(cells)} cells, its header {len(header)}:"
                " put a text that holds a comma in double quotes"
            )
        yield reader.line_num, {name: cell for name, cell in zip(header, cells, strict=False) if cell}


def _of_json(text: str, file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError as error:
            raise typer.BadParameter(f"line {number} of {file} is no JSON: {error}") from None
        if not isinstance(found, dict):
            raise typer.BadParameter(f"line {number} of {file} should be a JSON object")
        yield number, found
