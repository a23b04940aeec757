"""File storage: content-addressed (SHA-256), counted and hashed while streaming."""

import asyncio
import contextlib
import hashlib
import os
import re
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.store import LocalStore, ObjectStore, S3Store

from shared.clock import new_id
from shared.private_files import FILE, FOLDER
from shared.refusal import N_, Refusal

_KEY = re.compile(r"sha256/[0-9a-f]{2}/[0-9a-f]{62}")
_INCOMING = "incoming"
_CHUNK = 256 * 1024


class FileTooLarge(Refusal):
    kind = "invalid"
    message = N_("The file is larger than %(limit)s bytes.")
    remedy = N_("Send a smaller file, for example a picture of lower resolution, or a shorter recording.")


class FileEmpty(Refusal):
    kind = "invalid"
    message = N_("The file is empty.")
    remedy = N_("Send a file with content.")


class FileUnknown(Refusal):
    kind = "unknown"
    message = N_("There is no stored file %(key)s.")
    remedy = N_("Check the link: the key of a file never changes.")


class FileNotAsNamed(Refusal):
    kind = "invalid"
    message = N_("The content does not match its SHA-256, %(sha256)s.")
    remedy = N_("Send the file again; it may have been truncated or changed in transit.")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """The metadata of a stored file: `size` in bytes, `sha256` in hex, and its media type."""

    key: str
    sha256: str
    size: int
    media_type: str


class BlobStore:
    """Stores files in a local folder or in S3, the same content once, immutable under its key."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._folder = Path(store.prefix) if isinstance(store, LocalStore) and store.prefix else None

    @classmethod
    def at(cls, url: str) -> "BlobStore":
        """Open a file:// folder (created when missing) or s3://bucket/prefix (credentials from AWS_*)."""
        if url.startswith("s3://"):
            return cls(S3Store.from_url(url))
        folder = Path(unquote(urlsplit(url).path))
        with contextlib.suppress(OSError):  # reported by readiness
            folder.mkdir(parents=True, exist_ok=True, mode=FOLDER)
            (folder / _INCOMING).mkdir(exist_ok=True, mode=FOLDER)
        return cls(LocalStore(folder, mkdir=True))

    async def put(
        self,
        chunks: AsyncIterable[bytes],
        media_type: str,
        *,
        max_bytes: int,
    ) -> StoredFile:
        """Store a stream of that type, in constant memory; visible only once it is complete.

        Raises :class:`FileTooLarge` or :class:`FileEmpty`, and then stores nothing. The content was
        inspected before, by :mod:`shared.content`.
        """
        reading = _Reading(max_bytes)
        arriving = f"{_INCOMING}/{new_id()}"
        await obstore.put_async(self._store, arriving, reading.through(chunks))
        digest = reading.hash.hexdigest()
        key = f"sha256/{digest[:2]}/{digest[2:]}"
        await self._settle(arriving, key)
        return StoredFile(key, digest, reading.size, media_type)

    async def get(self, key: str, part: range | None = None) -> AsyncIterator[bytes]:
        """Return the content, or a ``part`` of it, in chunks.

        Raises :class:`FileUnknown` before the first.
        """
        if not _KEY.fullmatch(key):
            raise FileUnknown(key=key[:100])
        try:
            stored = await obstore.get_async(
                self._store, key, options={"range": (part.start, part.stop)} if part else None
            )
        except FileNotFoundError as error:
            raise FileUnknown(key=key) from error
        return aiter(stored.stream(_CHUNK))

    async def restore(self, chunks: AsyncIterable[bytes], key: str) -> None:
        """Store a file that another store has inspected before, if its content matches ``key``.

        Raises :class:`FileNotAsNamed`, and then stores nothing.
        """
        arriving = f"{_INCOMING}/{new_id()}"
        digest = hashlib.sha256()

        async def through() -> AsyncIterator[bytes]:
            async for chunk in chunks:
                digest.update(chunk)
                yield chunk

        await obstore.put_async(self._store, arriving, through())
        if key != f"sha256/{digest.hexdigest()[:2]}/{digest.hexdigest()[2:]}":
            await obstore.delete_async(self._store, arriving)
            raise FileNotAsNamed(sha256=digest.hexdigest())
        await self._settle(arriving, key)

    async def check(self) -> None:
        """Raise OSError or an obstore error when files cannot be stored now; for readiness."""
        if self._folder is not None and not os.access(self._folder, os.W_OK | os.X_OK):
            raise PermissionError(f"{self._folder} cannot be written")
        try:
            await obstore.head_async(self._store, "sha256/00/none")
        except FileNotFoundError:
            return

    async def sweep(self, now: datetime, older_than: timedelta = timedelta(days=1)) -> int:
        """Remove half-stored files of a crash, and return how many; parts in S3 need a lifecycle rule."""
        before = now - older_than
        if self._folder is not None:
            return await asyncio.to_thread(_sweep_folder, self._folder / _INCOMING, before)
        left = [meta async for batch in obstore.list(self._store, f"{_INCOMING}/") for meta in batch]
        stale = [meta["path"] for meta in left if meta["last_modified"] < before]
        await obstore.delete_async(self._store, stale)
        return len(stale)

    async def _settle(self, arriving: str, key: str) -> None:
        if self._folder is not None:
            await asyncio.to_thread(_settle_in_folder, self._folder / arriving, self._folder / key)
        else:
            await obstore.rename_async(self._store, arriving, key)


class _Reading:
    """Counts and hashes a stream, and stops it if it is too long."""

    def __init__(self, max_bytes: int) -> None:
        self.hash = hashlib.sha256()
        self.size = 0
        self._max_bytes = max_bytes

    async def through(self, chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            self.size += len(chunk)
            if self.size > self._max_bytes:
                raise FileTooLarge(limit=self._max_bytes)
            self.hash.update(chunk)
            if chunk:
                yield chunk
        if not self.size:
            raise FileEmpty


def _settle_in_folder(arriving: Path, final: Path) -> None:
    """Rename once the content is on disk, so that no database row refers to a missing file."""
    with arriving.open("rb") as file:
        os.fsync(file.fileno())
    for folder in (final.parent.parent, final.parent):  # with ``parents``, they would get the umask's mode
        folder.mkdir(exist_ok=True, mode=FOLDER)
    arriving.chmod(FILE)
    arriving.replace(final)
    for folder in (final.parent, final.parent.parent):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _sweep_folder(folder: Path, before: datetime) -> int:
    removed = 0
    for file in folder.glob("*"):
        # Another service may sweep the same folder.
        with contextlib.suppress(FileNotFoundError):
            if file.stat().st_mtime < before.timestamp():
                file.unlink()
                removed += 1
    return removed
