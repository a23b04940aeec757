"""Archive API: exports all data of a service, or imports it into an empty one (custodian)."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, TypeVar

from fastapi import Request
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.responses import Response, StreamingResponse

from shared.archive.reader import earlier_report, read_in, store_report
from shared.archive.writer import Contents, Report, written
from shared.database.transaction import Transaction
from shared.host.runtime import runtime_of
from shared.http.audit import record_export
from shared.http.door import Door, DoorDep
from shared.http.files import DOWNLOAD
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.actor import SYSTEM
from shared.identity.permissions import Role, may
from shared.privacy.sealing import KeyMissing, key_lines, prepare
from shared.refusal import Refusal
from shared.storage import FileUnknown

operations = Operations("operations")
CUSTODIAN = may(Role.CUSTODIAN)
JSON_LINES = "application/jsonl"
CHUNK = 256 * 1024
T = TypeVar("T")


class HashUnreadable(Refusal):
    """A file of an archive is identified by its SHA-256."""

    kind = "invalid"
    message = "%(given)s is not the SHA-256 of a file (64 hexadecimal digits)."
    remedy = "Use the hash as it stands in the archive."


class RefusedOut(BaseModel):
    """A refused line, and why."""

    line: int
    what: str
    reason: str


class ReportOut(BaseModel):
    """The result of an import; ``kept`` tells whether anything was changed.

    ``nameless`` counts rows whose personal data was left out for lack of a key. ``before`` tells that the
    same archive was imported before, so that nothing was left to do.
    """

    lines: int
    taken: dict[str, int]
    refused_lines: int
    refused: list[RefusedOut]
    nameless: int
    kept: bool
    before: bool

    @classmethod
    def of(cls, report: Report) -> ReportOut:
        """The view of a report."""
        return cls.model_validate(report, from_attributes=True)


class _NothingKept(Exception):
    def __init__(self, report: Report) -> None:
        self.report = report


@operations.get(
    "/archive",
    may=CUSTODIAN,
    label=N_("export the archive"),
    response_class=StreamingResponse,
    responses={200: {"content": {JSON_LINES: {}}, "description": "The archive"}},
)
async def export_archive(door: DoorDep) -> StreamingResponse:
    """Export all data of this service, as JSON Lines (role custodian).

    Personal data is encrypted; the keys are separate (``/v1/archive/keys``). Everything else is readable:
    protect it like the database itself.
    """
    contents = _contents(door)
    spool = tempfile.TemporaryFile()  # noqa: SIM115  (closed when it has been sent)

    def write(session: Session) -> int:
        spool.seek(0)  # a read may run again
        spool.truncate()
        return sum(spool.write(line) for line in written(session, contents))

    size = await _sealed(door, write)
    await record_export(door, "jsonl")
    spool.seek(0)
    headers = {
        "Content-Disposition": f'attachment; filename="{contents.service}.jsonl"',
        "Content-Length": str(size),
    }
    return StreamingResponse(_sent(spool), media_type=JSON_LINES, headers=headers)


@operations.get(
    "/archive/keys",
    may=CUSTODIAN,
    label=N_("export the keys of the archive"),
    response_class=Response,
    responses={200: {"content": {JSON_LINES: {}}, "description": "A key a line"}},
)
async def export_keys(door: DoorDep) -> Response:
    """Export the keys to personal data in archives of this service, old and new (role custodian).

    Store them separately from the archives, and keep only the newest: it has no keys of people erased
    since.
    """
    lines = await _sealed(door, lambda session: b"".join(key_lines(session)))
    await record_export(door, "keys")
    return Response(lines, media_type=JSON_LINES, headers={"Cache-Control": "no-store"})


@operations.post("/archive", may=CUSTODIAN, label=N_("import an archive"))
async def import_archive(request: Request, door: DoorDep, dry_run: bool = False) -> ReportOut:
    """Import an archive of this service (role custodian), completely or not at all.

    Keys may follow its first line; without its key, a person's data is left out. With ``dry_run`` (or the
    header ``Dry-Run: true``) nothing is changed; the report is the same. Other writes to this service wait
    meanwhile. An archive that was imported before is not imported again, so an interrupted import of
    several services can be resumed by sending everything again.
    """
    contents = _contents(door)
    with tempfile.TemporaryDirectory() as folder:
        file, digest = Path(folder, "archive.jsonl"), hashlib.sha256()
        with file.open("wb") as spool:  # noqa: ASYNC230  (a local file, a chunk at a time)
            async for chunk in request.stream():
                spool.write(chunk)
                digest.update(chunk)

        def run(tx: Transaction) -> Report:
            if (earlier := earlier_report(tx.session, digest.hexdigest())) is not None:
                return earlier
            with file.open("rb") as lines, tx.unhidden():
                report = read_in(tx, contents, lines)
            if dry_run or door.is_dry or report.refused:
                raise _NothingKept(report)
            report.kept = True
            store_report(tx, digest.hexdigest(), report)
            return report

        try:
            report = await door.runtime.database.write(door.context, run, long=True)
            door.runtime.database.has_events()
            return ReportOut.of(report)
        except _NothingKept as nothing:
            return ReportOut.of(nothing.report)


@operations.get(
    "/archive/files/{sha256}",
    may=CUSTODIAN,
    label=N_("export a file of the archive"),
    response_class=StreamingResponse,
    responses=DOWNLOAD,
)
async def export_file(sha256: str, door: DoorDep) -> StreamingResponse:
    """Export one stored file by its SHA-256 (role custodian)."""
    content = await door.runtime.blobs.get(_key(sha256))
    return StreamingResponse(content, media_type="application/octet-stream")


@operations.head(
    "/archive/files/{sha256}",
    may=CUSTODIAN,
    label=N_("check whether the archive has a file"),
    response_class=Response,
)
async def has_file(sha256: str, door: DoorDep) -> Response:
    """Check whether a file exists (role custodian)."""
    try:
        await door.runtime.blobs.get(_key(sha256))
    except FileUnknown:
        return Response(status_code=404)
    return Response(status_code=200)


@operations.put(
    "/archive/files/{sha256}", may=CUSTODIAN, label=N_("import a file into the archive"), status_code=204
)
async def import_file(sha256: str, request: Request, door: DoorDep) -> Response:
    """Import a file of an archive; its content must have this SHA-256 (role custodian)."""
    door.refuse_dry_run()
    await door.runtime.blobs.restore(request.stream(), _key(sha256))
    return Response(status_code=204)


async def _sealed(door: Door, read: Callable[[Session], T]) -> T:
    """Read everything, whoever may see it, once every person in the data has a key."""
    database, personal = door.runtime.database, runtime_of(door).service.personal
    free = replace(door.context, actor=SYSTEM)
    while True:
        await database.write(free, lambda tx: prepare(tx, personal, database.new_key))
        try:
            return await database.read(read)
        except KeyMissing:
            continue  # somebody was registered in between


def _contents(door: Door) -> Contents:
    service = runtime_of(door).service
    if service.metadata is None:
        raise LookupError(f"{service.name} keeps nothing")
    copies = [table for projection in service.projections for table in projection.tables]
    return Contents.of(service.name, service.metadata, copies, service.derive, service.personal)


def _key(sha256: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise HashUnreadable(given=sha256[:80])
    return f"sha256/{sha256[:2]}/{sha256[2:]}"


async def _sent(spool: IO[bytes]) -> AsyncIterator[bytes]:
    with spool:
        for chunk in _chunks(spool):
            yield chunk


def _chunks(spool: IO[bytes]) -> Iterator[bytes]:
    while chunk := spool.read(CHUNK):
        yield chunk
