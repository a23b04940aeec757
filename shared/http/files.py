"""Files over HTTP: taken in piece by piece and checked, handed out as downloads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from typing import Any, Protocol
from urllib.parse import quote

from fastapi import UploadFile
from starlette.responses import StreamingResponse

from shared.http.door import Door
from shared.storage import MEDIA_TYPES, StoredFile

CHUNK = 64 * 1024
LARGEST = 10 * 1024 * 1024
"""Bytes that an uploaded file may have at most."""
LONGEST_NAME = 200
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
    """The name that an upload was given, without what no folder and no header can hold."""
    last = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign for sign in last if sign.isprintable()).strip(" .")
    return shown[-LONGEST_NAME:] or otherwise


async def chunks_of(file: UploadFile) -> AsyncIterator[bytes]:
    """The content of an upload, piece by piece."""
    while chunk := await file.read(CHUNK):
        yield chunk


async def take(door: Door, file: UploadFile, allowed: Collection[str] = tuple(MEDIA_TYPES)) -> StoredFile:
    """Store an upload, its content checked against its declared type; refusals are those of ``BlobStore``."""
    door.refuse_dry_run()
    declared = file.content_type or "application/octet-stream"
    return await door.runtime.blobs.put(chunks_of(file), declared, max_bytes=LARGEST, allowed=allowed)


async def hand_out(door: Door, file: Kept) -> StreamingResponse:
    """A file as a download, never to be shown in place."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.filename)}",
        "X-Content-Type-Options": "nosniff",
        "Content-Length": str(file.size),
        "ETag": f'"{file.sha256}"',
    }
    content = await door.runtime.blobs.get(file.key)
    return StreamingResponse(content, media_type=file.media_type, headers=headers)
