"""Uploaded files as streams of chunks."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import UploadFile

CHUNK = 64 * 1024


async def chunks_of(file: UploadFile) -> AsyncIterator[bytes]:
    """The content of an upload, piece by piece."""
    while chunk := await file.read(CHUNK):
        yield chunk
