"""List import: `kemitraan import`, line by line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from services.cli.archives import DryRun, ReportFile, report_refused, run_client
from services.cli.list_files import Column, Entry, ListUnreadable, read_list, sample
from shared.api_client import ApiClient, Problem
from shared.client import mint
from shared.i18n.terminal import _, language
from shared.settings import Settings, load_settings


@dataclass(frozen=True, slots=True)
class Sort:
    """What a list contains: where its lines are registered, by which role, its columns, and sample lines.

    Lines that agree in the whole body and fill one of ``tells`` are about the same thing.
    """

    service: str
    path: str
    role: str
    columns: tuple[Column, ...]
    sample: tuple[tuple[str, ...], ...]
    tells: frozenset[str] = frozenset()


_NAME = Column("name", ("nama",), needed=True)
SORTS = {
    "organisations": Sort(
        "partners",
        "organisations",
        "coordinator",
        (
            _NAME,
            Column("kind", ("jenis",), needed=True),
            Column("area", ("wilayah", "kode wilayah"), needed=True),
        ),
        (("Polsek Contoh", "police", "35.15.01"), ("Forum Warga Contoh", "community", "35.15.01.2001")),
    ),
    "people": Sort(
        "partners",
        "persons",
        "coordinator",
        (
            _NAME,
            Column("email", ("e-mail", "surel")),
            Column("phone", ("telepon", "nomor telepon", "no. telepon", "hp", "no. hp"), counts=True),
        ),
        (("Siti Contoh", "siti@desa.example", "0812-3456-7890"), ("Slamet", "", "")),
        frozenset({"email", "phone"}),
    ),
}


@dataclass(slots=True)
class Tally:
    """How many lines were registered, known or refused."""

    registered: int = 0
    known: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)


import_app = typer.Typer()


@import_app.command("import")
def import_list(
    kind: Annotated[Literal["organisations", "people"], typer.Argument(help="What the list contains.")],
    file: Annotated[
        Path | None,
        typer.Argument(
            help="A .csv or a workbook (.xlsx, .xls, .ods) whose first line names the columns (name, kind,"
            " area; name, email, phone), or a .jsonl with an object a line. Without one a sample is printed.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    dry_run: DryRun = False,
    report: ReportFile = None,
) -> None:
    """Import a list and register each line as if it had been entered by hand.

    A refused line is reported and the others are still imported. A corrected list can be imported again as
    a whole: lines registered within the last day are skipped. Two people with the same name are two lines;
    the same name with the same address or number is one person, entered twice.
    """
    settings, sort, tally = load_settings(), SORTS[kind], Tally()
    if file is None:
        typer.echo(sample(sort.columns, sort.sample), nl=False)
        return
    try:
        entries = list(read_list(file, sort.columns))
    except ListUnreadable as error:
        raise typer.BadParameter(str(error)) from None
    lines = list(_to_send(entries, sort, tally))

    async def run() -> None:
        from shared.archive.client import bars

        async with ApiClient.connected(settings.service_url, language()) as client:
            with bars() as progress:
                for line in progress.track(lines, description=_(kind)):
                    await _register(client, settings, sort, line, tally, dry_run=dry_run)

    run_client(run())
    tally.refused.sort(key=lambda refusal: refusal["line"])
    facts = {"count": tally.registered, "kind": _(kind), "known": tally.known, "refused": len(tally.refused)}
    done = [
        _("%(count)s %(kind)s would be registered", **facts)
        if dry_run
        else _("%(count)s %(kind)s registered", **facts)
    ]
    done += [_("%(known)s registered before", **facts)] if tally.known else []
    typer.echo(", ".join([*done, _("%(refused)s refused", **facts)]))
    report_refused(tally.refused, report, len(tally.refused))


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    body: Mapping[str, Any]
    key: str


def _to_send(entries: Iterable[Entry], sort: Sort, tally: Tally) -> Iterator[_Line]:
    """The lines that can be sent, each with its idempotency key; others are refused.

    Equal lines are told apart by their order, so that a list sent again registers nobody twice.
    """
    before: dict[str, list[int]] = {}
    for entry in entries:
        written = json.dumps(entry.body, sort_keys=True)
        fault = entry.fault
        earlier = before.setdefault(written, [])
        if earlier and sort.tells & entry.body.keys():
            fault = _("it is the same as line %(line)s", line=earlier[0])
        if fault:
            tally.refused.append({"line": entry.line, "what": sort.path, "reason": fault})
            continue
        key = f"{sort.path} {written}" + (f" {len(earlier) + 1}" if earlier else "")
        earlier.append(entry.line)
        yield _Line(entry.line, entry.body, hashlib.sha256(key.encode()).hexdigest())


async def _register(
    client: ApiClient, settings: Settings, sort: Sort, line: _Line, tally: Tally, *, dry_run: bool
) -> None:
    headers = {
        "Dry-Run": str(dry_run).lower(),
        # A line sent again after an interruption is registered only once.
        "Idempotency-Key": line.key,
    }
    request = client.open(
        sort.service,
        sort.path,
        method="POST",
        json=dict(line.body),
        token=mint(settings, sort.role),
        headers=headers,
    )
    try:
        async with request as answer:
            known = "Idempotency-Replayed" in answer.headers
    except Problem as problem:
        tally.refused.append({"line": line.number, "what": sort.path, "reason": problem.told()})
        return
    tally.known += known
    tally.registered += not known
