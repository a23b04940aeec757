"""A mail server for the demonstration: takes every message on loopback and keeps it as a file."""

from __future__ import annotations

import email.policy
import os
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller

from shared.clock import new_id
from shared.host.listening import CannotListen
from shared.private import own_file, own_folder

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _Keep:
    """Writes each message as an ``.eml`` file whose name sorts by arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        whole = self.folder / f"{new_id()}.eml"
        part = whole.with_suffix(".part")
        own_file(part).write_bytes(envelope.content)
        part.rename(whole)
        return "250 kept"


@contextmanager
def mail_sink(url: str, folder: Path) -> Iterator[bool]:
    """Run the sink where ``url`` (``smtp://…``) points; False where that is not on this machine."""
    parts = urlsplit(url)
    if parts.scheme != "smtp" or parts.hostname not in LOOPBACK:
        yield False
        return
    own_folder(folder)
    port = parts.port or 25
    controller = Controller(_Keep(folder), hostname=parts.hostname, port=port)
    try:
        controller.start()
    except OSError as error:
        # asyncio has put its own sentence around the system's word for it.
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise CannotListen(
            f"cannot take mail on {parts.hostname} port {port}: {reason}; stop what uses it, "
            f"or choose another: KEMITRAAN_SMTP_URL=smtp://{parts.hostname}:{port + 1}"
        ) from None
    try:
        yield True
    finally:
        controller.stop()


def messages(folder: Path) -> list[tuple[str, EmailMessage]]:
    """What has arrived, oldest first, as ``(name, message)``."""
    parser = BytesParser(policy=email.policy.default)
    found = []
    for file in sorted(folder.glob("*.eml")):
        with file.open("rb") as content:
            found.append((file.stem, parser.parse(content)))
    return found
