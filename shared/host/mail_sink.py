"""SMTP server of the demonstration: stores every message as a file, on loopback."""

from __future__ import annotations

import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller

from shared.clock import new_id
from shared.private_files import own_file, own_folder

SINK = "smtp://127.0.0.1:8025"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class MessageStore:
    """Writes each message as an ``.eml`` file whose name sorts by arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        whole = self.folder / f"{new_id()}.eml"
        part = whole.with_suffix(".part")
        own_file(part).write_bytes(envelope.content)
        part.rename(whole)
        return "250 kept"


class SinkPortTaken(RuntimeError):
    """The sink's port is in use by another program, which must not get our mail."""


class _Sink(Controller):
    """The controller, which cannot report the port that the system picked."""

    def _trigger_server(self) -> Any:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        return super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mail_sink(url: str, folder: Path, *, any_port: bool = False) -> Iterator[str]:
    """Run the sink at ``url`` (``smtp://…``); yields the URL, "" if that is not on this machine.

    ``any_port``: if the port is in use, on another one. Raises :class:`SinkPortTaken`.
    """
    parts = urlsplit(url)
    if parts.scheme != "smtp" or parts.hostname not in LOOPBACK:
        yield ""
        return
    own_folder(folder)
    controller = _started(folder, parts.hostname, parts.port or 25, any_port=any_port)
    try:
        yield parts._replace(netloc=f"{_host(parts.hostname)}:{controller.port}").geturl()
    finally:
        controller.stop()


def _started(folder: Path, host: str, port: int, *, any_port: bool) -> Controller:
    if not _is_free(host, port):
        if not any_port:
            raise SinkPortTaken(f"{host}:{port}")
        port = 0
    controller = _Sink(MessageStore(folder), hostname=host, port=port)
    controller.start()
    return controller


def _is_free(host: str, port: int) -> bool:
    """Whether nothing listens there: the controller itself would notice only after seconds."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind((host, port))
        except OSError:
            return False
    return True


def _host(name: str) -> str:
    return f"[{name}]" if ":" in name else name


def free_port() -> int:
    """An unused port on loopback."""
    with socket.socket() as trying:
        trying.bind(("127.0.0.1", 0))
        return int(trying.getsockname()[1])


def messages(folder: Path) -> list[tuple[str, EmailMessage]]:
    """The received messages, oldest first, as ``(name, message)``."""
    parser = BytesParser(policy=email.policy.default)
    mails = []
    for file in sorted(folder.glob("*.eml")):
        with file.open("rb") as content:
            mails.append((file.stem, parser.parse(content)))
    return mails
