"""Reads a catalogue of translations: as compiled at installation, or compiles it when that is outdated."""

import io
import os
import struct
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from gettext import GNUTranslations
from hashlib import sha256
from pathlib import Path

# A catalogue without a date compiles to the same bytes each time.
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)


def read_compiled(source: Path) -> GNUTranslations:
    """Return the translations of a `.po`, from the `.mo` next to it if that was compiled from the same text.

    Otherwise it is compiled, and stored next to it if this process may write there.
    """
    text = source.read_bytes()
    kept = _kept(source.with_suffix(".mo"), sha256(text).hexdigest())
    if kept is not None:
        return kept
    content = _compiled(text)
    with suppress(OSError):
        _replace(source.with_suffix(".mo"), content)
    return GNUTranslations(io.BytesIO(content))


def write_compiled(source: Path) -> None:
    """Compile a `.po` into the `.mo` next to it; raises OSError if this process may not write there."""
    _replace(source.with_suffix(".mo"), _compiled(source.read_bytes()))


def _kept(path: Path, digest: str) -> GNUTranslations | None:
    """The compiled catalogue; None if it is missing, outdated, or incomplete."""
    try:
        with path.open("rb") as file:
            translations = GNUTranslations(file)
    except (OSError, ValueError, struct.error):
        return None
    version = translations.info().get("project-id-version", "")
    return translations if version.endswith(f" {digest}") else None


def _compiled(text: bytes) -> bytes:
    # Babel's reader takes a third of a second, which a start with a compiled catalogue saves.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    catalogue = read_po(io.BytesIO(text))
    # Its version identifies the text it was compiled from.
    catalogue.version = sha256(text).hexdigest()
    catalogue.creation_date = catalogue.revision_date = _NO_DATE
    written = io.BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def _replace(path: Path, content: bytes) -> None:
    # Several processes may do this at once: each reads a complete file.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        written.chmod(0o644)
        written.replace(path)
    except OSError:
        written.unlink(missing_ok=True)
        raise
