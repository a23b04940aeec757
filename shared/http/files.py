"""File upload and download: streamed, limited, checked."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection
from functools import partial
from http import HTTPStatus
from typing import Any, BinaryIO, Protocol
from unicodedata import normalize
from urllib.parse import quote

from fastapi import UploadFile
from starlette.responses import StreamingResponse

from shared.content.inspection import rewritten
from shared.content.kinds import HEAD, RECORDINGS, STILL, SUFFIXES, kind_of
from shared.http.door import Door
from shared.refusal import Refusal
from shared.storage import FileEmpty, FileTooLarge, StoredFile

CHUNK = 64 * 1024
LARGEST = 10 * 1024 * 1024
"""The maximum size of an uploaded file."""
LARGEST_RECORDING = 5 * LARGEST
"""The maximum size of sound and film: an hour of speech, or some minutes of film for telephones."""
LARGEST_KEPT = LARGEST_RECORDING + LARGEST
"""The maximum size of the stored file: a rewritten file can grow."""
LONGEST_NAME = 200
SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""The policy of an uploaded file: if anything displays it, nothing in it runs or loads."""
# Characters with a meaning for Windows, shells or addresses.
_UNFIT = re.compile(r'[<>:"|?*/\\%;$`&]')
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
DOWNLOAD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The stored file",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    },
    206: {
        "description": "The bytes of the requested range",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    },
}
"""The declaration of a route that returns a file (with ``StreamingResponse`` as its class)."""


class RangeNotSatisfiable(Refusal):
    """No byte of the range exists (RFC 9110, 14.2)."""

    kind = "range"
    message = "The file has %(size)s bytes; the requested range lies outside of it."
    remedy = "Request a range within the file, or the whole file."


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


async def store_upload(door: Door, file: UploadFile, allowed: Collection[str] = STILL) -> StoredFile:
    """Store the rewritten content of an upload, after it was inspected according to its type.

    The refusals are those of ``BlobStore`` and of :mod:`shared.content`. Size and hash are of the stored
    content.
    """
    door.refuse_dry_run()
    if not file.size:
        raise FileEmpty
    _require_size(file.size, allowed)
    await file.seek(0)
    head = await file.read(HEAD)
    media_type = kind_of(head, file.filename or "", file.content_type or "", allowed)
    _require_size(file.size, [media_type])
    content = await rewritten(partial(_whole, file.file), media_type)
    return await door.runtime.blobs.put(_once(content), media_type, max_bytes=LARGEST_KEPT)


def _require_size(size: int, media_types: Collection[str]) -> None:
    """Refuse a file that is too large for each of these types."""
    limit = LARGEST_RECORDING if any(kind in RECORDINGS for kind in media_types) else LARGEST
    if size > limit:
        raise FileTooLarge(limit=limit)


def _whole(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def download_response(door: Door, file: FileMetadata) -> StreamingResponse:
    """A file as a download, never displayed inline; not cached by shared caches if it needed a token.

    A player may request one range of its bytes at a time; raises :class:`RangeNotSatisfiable`.
    """
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.filename, safe='')}",
        "Content-Security-Policy": SANDBOX,
        "Cache-Control": "no-cache" if door.actor.is_anonymous else "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Length": str(file.size),
        "Accept-Ranges": "bytes",
        "ETag": f'"{file.sha256}"',
    }
    wanted = None
    if door.request.headers.get("if-range", headers["ETag"]) == headers["ETag"]:
        wanted = wanted_range(door.request.headers.get("range", ""), file.size)
    content = await door.runtime.blobs.get(file.key, wanted)
    if wanted is None:
        return StreamingResponse(content, media_type=file.media_type, headers=headers)
    headers["Content-Length"] = str(wanted.stop - wanted.start)
    headers["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{file.size}"
    return StreamingResponse(content, HTTPStatus.PARTIAL_CONTENT, headers, file.media_type)


def wanted_range(header: str, size: int) -> range | None:
    """The one range of a ``Range`` header; None where there is none, several, or no valid one.

    Raises :class:`RangeNotSatisfiable`.
    """
    asked = _RANGE.fullmatch(header.strip())
    if asked is None or not (asked[1] or asked[2]):
        return None
    first, last = (int(part) if part else None for part in asked.groups())
    if first is None:
        start, stop = size - min(last or 0, size), size
    else:
        start, stop = first, size if last is None else min(last + 1, size)
        if last is not None and last < first:
            return None
    if start >= size:
        raise RangeNotSatisfiable(size=size)
    return range(start, stop)
