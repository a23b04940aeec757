"""Accepted file types, detected by content and file extension."""

from __future__ import annotations

from collections.abc import Collection

from shared.content.refusals import FileTypeMismatch, FileTypeNotAllowed

SUFFIXES: dict[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "text/csv": (".csv",),
    "text/plain": (".txt", ".text"),
    "audio/mpeg": (".mp3",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "audio/mp4": (".m4a",),
    "video/mp4": (".mp4", ".m4v"),
    "video/webm": (".webm",),
}
"""The file name extensions of each kind; the first is the usual one."""
MEDIA_TYPES = tuple(SUFFIXES)
RECORDINGS = tuple(kind for kind in MEDIA_TYPES if kind.startswith(("audio/", "video/")))
"""Sound and film."""
STILL = tuple(kind for kind in MEDIA_TYPES if kind not in RECORDINGS)
"""Documents, pictures and tables."""
HEAD = 1024
"""The number of first bytes that determine the kind."""
# The first bytes of each kind; also of common kinds that are not accepted, so that the refusal names them.
_BEGINS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
)
_BRANDS = {
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"mif1", b"msf1"), "image/heic"),
    **dict.fromkeys((b"M4A ", b"M4B "), "audio/mp4"),
    b"qt  ": "video/quicktime",
}
"""The kinds of ISO base media files by their brand; of all others it is film."""
_TABLES = (
    "text/csv",
    "application/csv",
    "text/x-csv",
    "application/vnd.ms-excel",
)


def kind_of(head: bytes, filename: str, declared: str, allowed: Collection[str] = MEDIA_TYPES) -> str:
    """The media type of a file by its first bytes; the declared one decides for text without an extension.

    Raises :class:`FileTypeNotAllowed` or :class:`FileTypeMismatch`.
    """
    declared = declared.partition(";")[0].strip().lower()
    kind = _by_content(head, filename.lower()) or _text(head, filename.lower(), declared)
    if kind not in allowed:
        if kind not in MEDIA_TYPES and declared in MEDIA_TYPES:
            if kind == _UNKNOWN:
                raise FileTypeMismatch(media_type=declared)
        elif kind == _UNKNOWN:
            kind = declared
        raise FileTypeNotAllowed(media_type=kind[:100] or _UNKNOWN, allowed=", ".join(sorted(allowed)))
    return kind


_UNKNOWN = "application/octet-stream"


def _by_content(head: bytes, name: str) -> str:
    for begins, kind in _BEGINS:
        if head.startswith(begins):
            return kind
    if head[4:8] == b"ftyp":
        kind = _BRANDS.get(head[8:12], "video/mp4")
        # Some programs give a sound the brand of a film.
        return "audio/mp4" if kind == "video/mp4" and name.endswith(SUFFIXES["audio/mp4"]) else kind
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:  # a frame of MPEG audio, layer III
        return "audio/mpeg"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    return ""


def _text(head: bytes, name: str, declared: str) -> str:
    if b"\0" in head:
        return _UNKNOWN
    for kind in ("text/csv", "text/plain"):
        if name.endswith(SUFFIXES[kind]):
            return kind
    if declared in _TABLES:
        return "text/csv"
    return declared if declared == "text/plain" else _UNKNOWN
