"""A mail server for the demonstration: takes every message on loopback and keeps it as a file."""

from __future__ import annotations

import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller

from shared.clock import new_id

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Keep:
    """Writes each message as an ``.eml`` file whose name sorts by arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        whole = self.folder / f"{new_id()}.eml"
        part = whole.with_suffix(".part")
        part.write_bytes(envelope.content)
        part.rename(whole)
        return "250 kept"


@contextmanager
def mail_sink(url: str, folder: Path) -> Iterator[bool]:
    """Run the sink where ``url`` (``smtp://…``) points; False where that is not on this machine."""
    parts = urlsplit(url)
    if parts.scheme != "smtp" or parts.hostname not in LOOPBACK:
        yield False
        return
    folder.mkdir(parents=True, exist_ok=True)
    controller = Controller(Keep(folder), hostname=parts.hostname, port=parts.port or 25)
    controller.start()
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
