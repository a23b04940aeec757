"""Archive client: exports and imports whole archives of a running system over its HTTP APIs."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from shared.api_client import ApiClient, Problem
from shared.client import mint
from shared.console import out
from shared.i18n.terminal import _, language
from shared.settings import Settings

CHUNK = 256 * 1024


class ArchiveFailed(RuntimeError):
    """An archive could not be exported or imported; the text says why."""


class ArchiveClient:
    """Exports and imports archives and their files; ``token`` is a custodian's."""

    def __init__(
        self,
        client: ApiClient,
        token: Callable[[], str],
        progress: Progress,
    ) -> None:
        self.client = client
        self.token = token
        self.progress = progress

    @classmethod
    @asynccontextmanager
    async def of(cls, settings: Settings, progress: Progress) -> AsyncIterator[ArchiveClient]:
        """The client of the system that the settings name."""
        async with ApiClient.connected(settings.service_url, language()) as client:
            yield cls(client, lambda: mint(settings, "custodian"), progress)

    async def take_out(self, folder: Path, services: Sequence[str], keys: Path) -> None:
        """Write each service's archive, every file that it names, and separately the keys.

        Raises :class:`ArchiveFailed` with the service's message if it refuses.
        """
        files = folder / "files"
        files.mkdir(parents=True, exist_ok=True)
        for service in services:
            task = self.progress.add_task(service, total=None)
            archive = folder / f"{service}.jsonl"
            async with self._call("GET", service, "archive") as answer:
                self.progress.update(task, total=int(answer.headers["Content-Length"]))
                await self._save(answer, archive, task)
            hashes = named_files(archive)
            self.progress.update(
                task,
                total=len(hashes) or 1,
                completed=0,
                description=_("%(service)s: files", service=service),
            )
            for sha256 in hashes:
                if not (files / sha256).exists():
                    async with self._call("GET", service, f"archive/files/{sha256}") as answer:
                        await self._save(answer, files / sha256, None)
                self.progress.advance(task)
            self.progress.update(task, description=service, total=1, completed=1)
        await self.take_keys(services, keys)

    async def take_keys(self, services: Sequence[str], file: Path) -> None:
        """Write the keys to personal data in archives, readable only by their owner."""
        lines = []
        for service in services:
            async with self._call("GET", service, "archive/keys") as answer:
                content = [json.loads(line) for line in (await answer.read()).splitlines()]
                lines += [json.dumps({"service": service, **key}) + "\n" for key in content]
        write_alone(file, "".join(lines))

    async def put_in(
        self, archives: dict[str, Path], files: Path, keys: Path | None, *, dry_run: bool = False
    ) -> dict[str, dict[str, Any]]:
        """Send each service's archive in this order, its files first; returns the report of each.

        Without the exported ``keys``, personal data is left out.

        Raises :class:`ArchiveFailed` if a file is missing or does not match its name, or if a service finds
        no complete archive.
        """
        reports: dict[str, dict[str, Any]] = {}
        for service, archive in archives.items():
            hashes = named_files(archive)
            for sha256 in hashes:
                check_file(files / sha256)
            task = self.progress.add_task(_("%(service)s: files", service=service), total=len(hashes) or 1)
            for sha256 in () if dry_run else hashes:
                await self._send_file(service, files / sha256)
                self.progress.advance(task)
            size = archive.stat().st_size
            self.progress.update(task, description=service, total=size, completed=0)
            path = f"archive?dry_run={str(dry_run).lower()}"
            async with self._call(
                "POST", service, path, self._sent(archive, key_lines(keys, service), task)
            ) as answer:
                reports[service] = await answer.json()
            self.progress.update(task, completed=size)
        return reports

    async def _send_file(self, service: str, file: Path) -> None:
        path = f"archive/files/{file.name}"
        async with self._call("HEAD", service, path, missing_is_fine=True) as known:
            if known.status == 200:
                return
        async with self._call("PUT", service, path, _content(file)):
            return

    @asynccontextmanager
    async def _call(
        self, method: str, service: str, path: str, body: Any = None, *, missing_is_fine: bool = False
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        accepted = (HTTPStatus.NOT_FOUND,) if missing_is_fine else ()
        request = self.client.open(
            service, path, method=method, token=self.token(), data=body, seconds=None, accepted=accepted
        )
        try:
            async with request as answer:
                yield answer
        except Problem as problem:
            raise ArchiveFailed(f"{service}: {problem.told()}") from problem

    async def _save(self, answer: aiohttp.ClientResponse, target: Path, task: TaskID | None) -> None:
        arriving = target.with_name(target.name + ".part")
        with arriving.open("wb") as file:
            async for chunk in answer.content.iter_chunked(CHUNK):
                file.write(chunk)
                if task is not None:
                    self.progress.advance(task, len(chunk))
        arriving.replace(target)

    async def _sent(self, source: Path, keys: bytes, task: TaskID) -> AsyncIterator[bytes]:
        with source.open("rb") as file:
            head = file.readline()
            self.progress.advance(task, len(head))
            yield head + keys if head.endswith(b"\n") else head
            while chunk := file.read(CHUNK):
                yield chunk
                self.progress.advance(task, len(chunk))


def _content(file: Path) -> bytes:
    return file.read_bytes()


def keys_beside(folder: Path) -> Path:
    """Where the keys of an exported folder are written: next to it, so that they are not copied with it."""
    return folder.absolute().with_name(f"{folder.absolute().name}.keys")


def key_lines(keys: Path | None, service: str) -> bytes:
    """The keys of one service as its archive takes them; raises :class:`ArchiveFailed` for invalid ones."""
    if keys is None:
        return b""
    try:
        entries = [json.loads(line) for line in keys.read_bytes().splitlines()]
        ours = [{"key": entry["key"]} for entry in entries if entry["service"] == service]
    except (ValueError, LookupError, TypeError) as error:
        text = _("%(file)s contains no keys written by `kemitraan archive export`", file=keys)
        raise ArchiveFailed(text) from error
    return b"".join(json.dumps(item).encode() + b"\n" for item in ours)


def is_sealed(archive: Path) -> bool:
    """Whether anything in an archive is encrypted."""
    with archive.open("rb") as lines:
        return any(b'{"sealed":' in line.replace(b'": "', b'":"').replace(b'": {', b'":{') for line in lines)


def write_alone(file: Path, text: str) -> None:
    """Write a file that only its owner can read, replacing an older one."""
    made = file.with_name(f".{file.name}.new")
    made.unlink(missing_ok=True)
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
        target.write(text)
    made.replace(file)


def named_files(archive: Path) -> list[str]:
    """The SHA-256 of every file that an archive's rows name, each once."""
    names: dict[str, None] = {}
    with archive.open("rb") as lines:
        for line in lines:
            if b'"sha256/' in line and b'"row"' in line:
                names |= dict.fromkeys(_named(line))
    return list(names)


def _named(line: bytes) -> Iterable[str]:
    try:
        row = json.loads(line)["row"]
        keys = [value for value in row.values() if isinstance(value, str)]
    except (ValueError, LookupError, TypeError, AttributeError):
        return []  # the service explains the error
    # The key contains the hash: sha256/<two digits>/<the others>.
    parts = (key.split("/") for key in keys if key.startswith("sha256/"))
    return [part[1] + part[2] for part in parts if len(part) == 3]


def check_file(file: Path) -> None:
    """Raise :class:`ArchiveFailed` unless the file exists and matches its name."""
    if not file.is_file():
        raise ArchiveFailed(_("%(file)s is missing: the archive names it", file=file))
    if hashlib.sha256(file.read_bytes()).hexdigest() != file.name:
        text = _("%(file)s does not match its name: its content was changed", file=file)
        raise ArchiveFailed(text)


def bars(console: Console = out) -> Progress:
    """Progress bars on a terminal; they disappear at the end."""
    return Progress(
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
