"""File sanitising by type: parses a file and returns the bytes to store; runs in a worker process."""

from __future__ import annotations

from shared.content import refusals as no
from shared.content.kinds import RECORDINGS

REFUSALS = (
    no.TextNotUnicode,
    no.FileMalformed,
    no.FileHoldsMore,
    no.FileActive,
    no.FileLocked,
    no.FileTooFull,
    no.CodecNotAllowed,
)


def rewrite_file(data: bytes, media_type: str) -> bytes:
    """The rewritten content of a file of that type; raises :data:`REFUSALS`.

    Pictures, documents and recordings are rewritten without hidden data; signed documents and text are kept
    as they are or refused.
    """
    if media_type == "application/pdf":
        from shared.content.pdf import rewrite_pdf

        return rewrite_pdf(data)
    if media_type.startswith("image/"):
        from shared.content.picture import rewrite_picture

        return rewrite_picture(data, media_type)
    if media_type in RECORDINGS:
        from shared.content.recording import rewrite_recording

        return rewrite_recording(data, media_type)
    from shared.content.text import inspect_text

    inspect_text(data, media_type)
    return data
