"""Audit log API: search and export."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import Depends, Query
from pydantic import AwareDatetime, BaseModel, StringConstraints
from sqlalchemy.orm import Session
from starlette.responses import StreamingResponse

from services.identity.model.audit import Entry
from services.identity.permissions import AUDITOR
from services.identity.queries import audit as queries
from services.identity.queries.audit import AuditFilter
from shared.http.audit import record_export
from shared.http.door import DoorDep
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import Role, may

operations = Operations("audit")
CHUNK = 256 * 1024
TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
Name = Annotated[str, StringConstraints(max_length=100, pattern=r"^[A-Za-z0-9._-]+$")]
Word = Annotated[Name | None, Query()]


class AuditEntryOut(BaseModel):
    """One act: when, in which service, by whom (an opaque id), about what, and its outcome."""

    id: UUID
    at: datetime
    agency: str
    service: str
    kind: str
    actor: str | None
    organisation: str | None
    about: UUID
    outcome: str
    correlation_id: str
    details: dict[str, Any]

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """The view of an entry."""
        return cls.model_validate(entry, from_attributes=True)


def audit_filter(
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    kind: Word = None,
    actor: Annotated[list[Name] | None, Query(max_length=50, description="Any of these")] = None,
    service: Word = None,
    outcome: Literal["done", "refused"] | None = None,
    about: UUID | None = None,
) -> AuditFilter:
    """The filter from the query parameters."""
    return AuditFilter(since, until, kind, tuple(actor or ()), service, outcome, about)


WantedDep = Annotated[AuditFilter, Depends(audit_filter)]


@operations.get("/audit", may=AUDITOR + may(Role.OPERATOR), label=N_("view the audit log"))
async def list_audit_entries(door: DoorDep, wanted: WantedDep, paging: PageDep) -> Page[AuditEntryOut]:
    """List the audit log of your agency, newest first (administrator, auditor); operators see the rest."""
    entries = await door.read(queries.list_entries, wanted, paging.after, paging.limit + 1)
    return paging.page(entries, AuditEntryOut.of, lambda item: item.id)


@operations.get(
    "/audit/export",
    may=AUDITOR + may(Role.OPERATOR),
    label=N_("export the audit log"),
    response_class=StreamingResponse,
    responses={200: {"content": {kind: {} for kind in TYPES.values()}, "description": "The log"}},
)
async def export_audit_entries(
    door: DoorDep, wanted: WantedDep, form: Literal["csv", "jsonl"] = "jsonl"
) -> StreamingResponse:
    """Export the audit log as a file, oldest first; the export itself is recorded, too."""
    spool = tempfile.TemporaryFile()  # noqa: SIM115  (closed when it has been sent)

    def write(session: Session) -> None:
        spool.seek(0)  # a read may run again
        spool.truncate()
        for line in _lines(queries.every_entry(session, wanted), form):
            spool.write(line)

    await door.read(write)
    await record_export(door, form)
    spool.seek(0)
    headers = {"Content-Disposition": f'attachment; filename="audit.{form}"', "Cache-Control": "no-store"}
    return StreamingResponse(_sent(spool), media_type=TYPES[form], headers=headers)


def _lines(entries: Iterator[Entry], form: Literal["csv", "jsonl"]) -> Iterator[bytes]:
    if form == "jsonl":
        for entry in entries:
            yield AuditEntryOut.of(entry).model_dump_json().encode() + b"\n"
        return
    names = list(AuditEntryOut.model_fields)
    yield _row(names)
    for entry in entries:
        shown = AuditEntryOut.of(entry).model_dump(mode="json", exclude={"details"})
        details = AuditEntryOut.of(entry).model_dump_json(include={"details"})
        yield _row([shown.get(name, details) for name in names])


def _row(values: list[Any]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(["" if value is None else value for value in values])
    return line.getvalue().encode()


def _sent(spool: IO[bytes]) -> Iterator[bytes]:
    with spool:
        while chunk := spool.read(CHUNK):
            yield chunk
