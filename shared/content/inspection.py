"""Reads a file through by the rules of its kind."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from functools import partial
from typing import BinaryIO

from shared.content.pdf import inspect_pdf
from shared.content.picture import inspect_jpeg, inspect_png
from shared.content.refusals import FileHoldsMore
from shared.content.text import inspect_text
from shared.storage import MEDIA_TYPES

_KINDS: dict[str, Callable[[bytes], None]] = {
    "application/pdf": inspect_pdf,
    "image/png": inspect_png,
    "image/jpeg": inspect_jpeg,
    "text/csv": partial(inspect_text, media_type="text/csv"),
    "text/plain": partial(inspect_text, media_type="text/plain"),
}
SUFFIXES: dict[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "text/csv": (".csv",),
    "text/plain": (".txt",),
}
"""By which ends of its name a file of each kind is opened as what it is; the first is the usual one."""


def inspect(file: BinaryIO, media_type: str, most: int) -> None:
    """Read a file of at most ``most`` bytes through, and leave it at its beginning.

    What :class:`~shared.storage.BlobStore` refuses by itself (another type, nothing, too much) is left to it.
    """
    file.seek(0)
    data = file.read(most + 1)
    file.seek(0)
    begins = MEDIA_TYPES[media_type]
    if not data or len(data) > most or (begins and not data.startswith(begins)):
        return
    if begins and zipfile.is_zipfile(file):
        raise FileHoldsMore
    file.seek(0)
    _KINDS[media_type](data)
