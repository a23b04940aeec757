"""Files over HTTP: taken in piece by piece and checked, handed out as downloads."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Collection
from typing import Any, Protocol
from unicodedata import normalize
from urllib.parse import quote

from fastapi import UploadFile
from starlette.responses import StreamingResponse

from shared.content.inspection import SUFFIXES, inspect
from shared.http.door import Door
from shared.storage import MEDIA_TYPES, StoredFile

CHUNK = 64 * 1024
LARGEST = 10 * 1024 * 1024
"""Bytes that an uploaded file may have at most."""
LONGEST_NAME = 200
SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""The policy of a file that somebody handed in: should anything show it, nothing in it runs or loads."""
# What Windows, shells and addresses read as something else than a part of a name.
_UNFIT = re.compile(r'[<>:"|?*/\\%;$`&]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
DOWNLOAD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, as it was handed in",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""How a route that hands out a file says so (with ``StreamingResponse`` as its class)."""


class Kept(Protocol):
    """What a service knows of a file that it keeps."""

    filename: str
    media_type: str
    size: int
    sha256: str
    key: str


def filename_of(file: UploadFile, otherwise: str) -> str:
    """The name that an upload was given, as a name and nothing else.

    It has no folder, no sign that a folder, a header or a reader's eye takes for another thing, and it ends
    as files of its type do: what it is called decides what opens it.
    """
    last = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign for sign in normalize("NFC", last) if sign.isprintable())
    shown = _UNFIT.sub("_", shown).strip(" .")
    if _DEVICE.fullmatch(shown.partition(".")[0].strip()):
        shown = f"_{shown}"
    ends = SUFFIXES.get(_declared(file), ())
    if ends and not shown.lower().endswith(ends):
        shown = f"{shown or otherwise}{ends[0]}"
    return shown[-LONGEST_NAME:].lstrip(" .") or otherwise


def _declared(file: UploadFile) -> str:
    return (file.content_type or "application/octet-stream").partition(";")[0].strip().lower()


async def chunks_of(file: UploadFile) -> AsyncIterator[bytes]:
    """The content of an upload, piece by piece."""
    while chunk := await file.read(CHUNK):
        yield chunk


async def take(door: Door, file: UploadFile, allowed: Collection[str] = tuple(MEDIA_TYPES)) -> StoredFile:
    """Store an upload of an allowed type, once it was read through by the rules of that type.

    The refusals are those of ``BlobStore`` and of :mod:`shared.content`.
    """
    door.refuse_dry_run()
    declared = _declared(file)
    if declared in allowed:
        await asyncio.to_thread(inspect, file.file, declared, LARGEST)
    return await door.runtime.blobs.put(chunks_of(file), declared, max_bytes=LARGEST, allowed=allowed)


async def hand_out(door: Door, file: Kept) -> StreamingResponse:
    """A file as a download, never to be shown in place; what a token opened is for no shared cache."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.filename, safe='')}",
        "Content-Security-Policy": SANDBOX,
        "Cache-Control": "no-cache" if door.actor.is_anonymous else "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Length": str(file.size),
        "ETag": f'"{file.sha256}"',
    }
    content = await door.runtime.blobs.get(file.key)
    return StreamingResponse(content, media_type=file.media_type, headers=headers)
