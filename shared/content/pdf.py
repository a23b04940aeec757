"""PDF: a document that begins and ends as one, and neither acts, carries files nor hides what it holds."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from shared.content.marks import pieces, refuse_marks
from shared.content.refusals import FileActive, FileHoldsMore, FileLocked, FileMalformed, FileTooFull

MOST = 256 * 1024 * 1024
"""Bytes that a document's streams may have unpacked, together."""
READ = 8 * 1024 * 1024
"""Bytes of one stream that are read; what lists a document's objects is far smaller."""
NESTED = 8
_BEGINS = re.compile(rb"%PDF-[12]\.[0-9][\r\n \t]")
_ENDS = re.compile(rb"startxref[\r\n \t]+([0-9]{1,10})[\r\n \t]+%%EOF[\r\n \t\0]*")
_STREAM = re.compile(rb"stream\r?\n")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
# Actions and attachments (ISO 32000-2, 12.6, 7.11.4, 13); every script is of the type JavaScript.
_ACTS = (
    b"/JavaScript",
    b"/Launch",
    b"/EmbeddedFile",
    b"/RichMedia",
    b"/SubmitForm",
    b"/ImportData",
    b"/OnInstantiate",
    b"/GoToE",
    b"/GoToR",
)
_FORMS = re.compile(rb"/XFA[\r\n \t]*[\[0-9(<]")
# Lists of objects are packed in the common way or not at all; in another they would be hidden from us.
_HIDES = (b"LZW", b"ASCII", b"RunLength", b"/DecodeParms", b"/Crypt", b"DCT", b"JPX", b"JBIG2", b"CCITT")
_HEAD, _TAIL = 1024, 2048


def inspect_pdf(data: bytes) -> None:
    """Refuse what is more or less than a document to read; raises the refusals of this package."""
    if not _BEGINS.match(data):
        raise FileMalformed(media_type="application/pdf")
    _require_end(data)
    refuse_marks(data[:_HEAD])
    refuse_marks(data, pages=False)
    _refuse_acts(data)
    for unpacked in _unpacked(data):
        _refuse_acts(unpacked)


def _require_end(data: bytes) -> None:
    tail = data[-_TAIL:]
    last = tail.rfind(b"startxref")
    found = _ENDS.fullmatch(tail, last) if last >= 0 else None
    if found is None:
        raise FileHoldsMore if b"%%EOF" in data else FileMalformed(media_type="application/pdf")
    if int(found[1]) >= len(data):
        raise FileMalformed(media_type="application/pdf")


def _refuse_acts(data: bytes) -> None:
    for piece in pieces(data):
        plain = _ESCAPE.sub(_sign, piece) if b"#" in piece else piece
        if b"/Encrypt" in plain:
            raise FileLocked
        for act in _ACTS:
            if act in plain:
                raise FileActive(what=act[1:].decode())
        if _FORMS.search(plain):
            raise FileActive(what="XFA")


def _sign(escape: re.Match[bytes]) -> bytes:
    return bytes((int(escape[1], 16),))


def _unpacked(data: bytes) -> Iterator[bytes]:
    """The beginnings of all packed streams; raises :class:`FileTooFull` when there is too much of them."""
    view, total, read, end = memoryview(data), 0, 0, 0
    for found in _STREAM.finditer(data):
        begun = data.rfind(b"obj", max(0, found.start() - 4096), found.start())
        facts = _ESCAPE.sub(_sign, data[max(begun, 0) : found.start()])
        if b"/ObjStm" in facts and any(word in facts for word in _HIDES):
            raise FileActive(what="ObjStm")
        if end < found.end():
            end = data.find(b"endstream", found.end())
            end = end if end >= 0 else len(data)
        # Streams lie side by side; what nests them makes readers disagree, and us read for ever.
        read += end - found.end()
        if read > NESTED * len(data):
            raise FileMalformed(media_type="application/pdf")
        head, size = _inflated(view[found.end() : end], MOST - total)
        total += size
        if head:
            yield head


def _inflated(packed: memoryview, most: int) -> tuple[bytes, int]:
    """The first :data:`READ` bytes of what is packed, and how much there is; nothing if it is not packed."""
    if not packed or packed[0] & 0x0F != 8:  # no zlib stream begins otherwise
        return b"", 0
    unpacking = zlib.decompressobj()
    head, size = b"", 0
    given: memoryview | bytes = packed
    try:
        while given and not unpacking.eof:
            part = unpacking.decompress(given, READ)
            head, size, given = head or part, size + len(part), unpacking.unconsumed_tail
            if size > most:
                raise FileTooFull(limit=MOST)
    except zlib.error:
        pass  # what was unpacked before is still looked at
    return head, size
