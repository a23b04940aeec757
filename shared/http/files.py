"""File upload and download: streamed, limited, checked."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection
from functools import partial
from typing import Any, BinaryIO, Protocol
from unicodedata import normalize
from urllib.parse import quote

from fastapi import UploadFile
from starlette.responses import StreamingResponse

from shared.content.inspection import rewritten
from shared.content.kinds import HEAD, MEDIA_TYPES, SUFFIXES, kind_of
from shared.http.door import Door
from shared.storage import FileEmpty, FileTooLarge, StoredFile

CHUNK = 64 * 1024
LARGEST = 10 * 1024 * 1024
"""The maximum size of an uploaded file."""
LARGEST_KEPT = 4 * LARGEST
"""The maximum size of the stored file: a rewritten picture can grow."""
LONGEST_NAME = 200
SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""The policy of an uploaded file: if anything displays it, nothing in it runs or loads."""
# Characters with a meaning for Windows, shells or addresses.
_UNFIT = re.compile(r'[<>:"|?*/\\%;$`&]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
DOWNLOAD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, as it was kept",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""The declaration of a route that returns a file (with ``StreamingResponse`` as its class)."""


class FileMetadata(Protocol):
    """The metadata of a stored file."""

    filename: str
    media_type: str
    size: int
    sha256: str
    key: str


def filename_of(file: UploadFile, media_type: str, otherwise: str) -> str:
    """The name of an upload, without anything dangerous.

    It has no folder, no character with a meaning in folders or headers or that misleads readers, and ends
    with the extension of its type: the extension decides which program opens it.
    """
    last = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign for sign in normalize("NFC", last) if sign.isprintable())
    shown = _UNFIT.sub("_", shown).strip(" .")
    if _DEVICE.fullmatch(shown.partition(".")[0].strip()):
        shown = f"_{shown}"
    ends = SUFFIXES[media_type]
    if not shown.lower().endswith(ends):
        shown = f"{shown or otherwise}{ends[0]}"
    return shown[-LONGEST_NAME:].lstrip(" .") or otherwise


async def store_upload(door: Door, file: UploadFile, allowed: Collection[str] = MEDIA_TYPES) -> StoredFile:
    """Store the rewritten content of an upload, after it was inspected according to its type.

    The refusals are those of ``BlobStore`` and of :mod:`shared.content`. Size and hash are of the stored
    content.
    """
    door.refuse_dry_run()
    if file.size is None or file.size > LARGEST:
        raise FileTooLarge(limit=LARGEST)
    if not file.size:
        raise FileEmpty
    await file.seek(0)
    head = await file.read(HEAD)
    media_type = kind_of(head, file.filename or "", file.content_type or "", allowed)
    content = await rewritten(partial(_whole, file.file), media_type)
    return await door.runtime.blobs.put(_once(content), media_type, max_bytes=LARGEST_KEPT)


def _whole(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def download_response(door: Door, file: FileMetadata) -> StreamingResponse:
    """A file as a download, never displayed inline; not cached by shared caches if it needed a token."""
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
