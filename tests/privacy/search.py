"""Looking for texts in the bytes of files, however they may be spelled there."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, quote_plus


def spellings(text: str) -> set[bytes]:
    """How a text may stand in bytes: encoded, escaped, in hexadecimal, within base 64, in small letters."""
    plain = text.encode()
    found = {
        plain,
        text.lower().encode(),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        json.dumps(text)[1:-1].encode(),
        "".join(f"\\u{ord(sign):04x}" for sign in text).encode(),
        quote(text, safe="").encode(),
        quote_plus(text).encode(),
        plain.hex().encode(),
    }
    # Within base 64 a text stands in one of three ways, without what its neighbours say at its ends.
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + plain)
        found.add(coded[-(-before * 8 // 6) : (before + len(plain)) * 8 // 6])
    return found


async def traces(folders: Iterable[Path], texts: Iterable[str]) -> dict[str, set[Path]]:
    """In which files under the folders which texts stand."""
    return await asyncio.to_thread(_traces, list(folders), list(texts))


def _traces(folders: list[Path], texts: list[str]) -> dict[str, set[Path]]:
    sought = {text: spellings(text) for text in texts}
    found: dict[str, set[Path]] = {}
    for file in (file for folder in folders for file in folder.rglob("*") if file.is_file()):
        content = file.read_bytes()
        for text, written in sought.items():
            if any(trace in content for trace in written):
                found.setdefault(text, set()).add(file)
    return found
