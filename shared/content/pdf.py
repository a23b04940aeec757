"""PDF sanitising: rewritten without active content and metadata, or stored unchanged if signed."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, PasswordError, Pdf, PdfError, Stream, String
from pikepdf.settings import set_qpdf_limits

from shared.content.marks import refuse_marks
from shared.content.refusals import FileActive, FileHoldsMore, FileLocked, FileMalformed, FileTooFull

MOST = 256 * 1024 * 1024
"""The maximum decompressed size of a document's streams, together."""
NESTED = 8
"""Streams are normally not nested; nested ones make readers disagree, and could keep us busy for ever."""
FILTERS = 8
_BEGINS = re.compile(rb"%PDF-[12]\.[0-9][\r\n \t]")
_ENDS = re.compile(rb"startxref[\r\n \t]+([0-9]{1,10})[\r\n \t]+%%EOF[\r\n \t\0]*")
_HEAD, _TAIL, _PIECE, _TITLE = 1024, 2048, 1024 * 1024, 1000
# Actions (ISO 32000-2, 12.6) that run something, send something, or open another file.
_ACTS = {
    *("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToR", "/GoToE", "/GoToDp", "/Rendition"),
    *("/Movie", "/Sound", "/RichMediaExecute", "/GoTo3DView", "/Thread"),
}
_WEB = re.compile(rb"(?:https?|mailto|tel):", re.IGNORECASE)
_ACTIVE = {"/AA", "/JS", "/JavaScript", "/OPI"}
"""Content that runs automatically, contains scripts, or fetches files of others."""
_PRIVATE = {"/Metadata", "/PieceInfo", "/SpiderInfo", "/Thumb"}
"""Data for the creating program, or about it and people."""
_OUTSIDE = {"/F", "/FFilter", "/FDecodeParms", "/Ref"}
"""The keys of a stream that refers to another file."""
_FILES = {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
"""Annotations that carry files."""
# The metadata to keep: what helps a reader (title), or states for whom and by which standard it is made.
_SAID = ("dc:title", "dc:language", "pdfaid:part", "pdfaid:conformance", "pdfuaid:part")

set_qpdf_limits(
    max_stream_filters=FILTERS, flate_max_memory=MOST, parser_max_nesting=100, doc_max_warnings=1000
)


def rewrite_pdf(data: bytes) -> bytes:
    """The rewritten document; raises the refusals of this package."""
    # A truncated file could be repaired by leaving out the missing part, which nobody would notice.
    if not _BEGINS.match(data) or b"%%EOF" not in data[-_HEAD:]:
        raise FileMalformed(media_type="application/pdf")
    try:
        with _opened(data) as document:
            _require_bounded(document, len(data))
            _require_no_files(document)
            if _is_signed(document):
                _require_inert(document)
                return _as_it_is(data)
            _leave_out_acts(document)
            written = _saved(document)
        with _opened(written) as document:
            _require_inert(document)
    except (PdfError, ValueError, TypeError, KeyError, IndexError, RuntimeError) as error:
        raise FileMalformed(media_type="application/pdf") from error
    if zipfile.is_zipfile(io.BytesIO(written)):
        raise FileHoldsMore
    return written


def _opened(data: bytes) -> Pdf:
    try:
        document = Pdf.open(io.BytesIO(data), suppress_warnings=True)
    except PasswordError:
        raise FileLocked from None
    if document.is_encrypted:
        raise FileLocked
    return document


def _saved(document: Pdf) -> bytes:
    written = io.BytesIO()
    # Object streams are unpacked: only page content remains compressed.
    document.save(written, fix_metadata_version=False, deterministic_id=True)
    return written.getvalue()


def _parts(document: Pdf) -> Iterator[Object]:
    """Each dictionary, stream and list, however nested."""
    waiting: list[Object] = [document.trailer, *document.objects]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Dictionary | Stream | Array):
            yield part
            waiting += [held for held in _held(part) if isinstance(held, Object) and not held.is_indirect]


def _held(part: Object) -> Iterable[Any]:
    return list(part) if isinstance(part, Array) else [held for _, held in part.items()]


def _require_bounded(document: Pdf, size: int) -> None:
    """Refuse nested streams, and more decompressed bytes than a reader could look at."""
    packed = unpacked = 0
    for part in document.objects:
        if isinstance(part, Stream):
            raw = part.read_raw_bytes()
            packed += len(raw)
            if packed > NESTED * size:
                raise FileMalformed(media_type="application/pdf")
            for piece in _inflated(raw, _filters(part)):
                unpacked += len(piece)
                if unpacked > MOST:
                    raise FileTooFull(limit=MOST)


def _filters(stream: Object) -> list[str]:
    named = stream.get("/Filter")
    names = list(named) if isinstance(named, Array) else [named]
    if len(names) > FILTERS:
        raise FileMalformed(media_type="application/pdf")
    return [str(name) for name in names]


def _inflated(raw: bytes, filters: list[str]) -> Iterator[bytes]:
    """The decompressed data, and nested streams in turn; other filters are left as they are."""
    if not filters or filters[0] not in ("/FlateDecode", "/Fl"):
        return
    unpacking, given = zlib.decompressobj(), raw
    further = [zlib.decompressobj() for name in filters[1:] if name in ("/FlateDecode", "/Fl")]
    try:
        while given and not unpacking.eof:
            piece = unpacking.decompress(given, _PIECE)
            given = unpacking.unconsumed_tail
            yield piece
            for inner in further:
                piece = inner.decompress(piece, MOST)
                yield piece
    except zlib.error:
        return  # earlier decompression counts


def _require_no_files(document: Pdf) -> None:
    """Refuse attachments and XFA forms: removing them would change the document."""
    for part in _parts(document):
        if isinstance(part, Array):
            continue
        if "/EF" in part or part.get("/Type") == Name.EmbeddedFile or str(part.get("/Subtype")) in _FILES:
            raise FileHoldsMore
        if "/XFA" in part:
            raise FileActive(what="XFA")


def _is_signed(document: Pdf) -> bool:
    """Whether a signature covers bytes of the document."""
    return any(
        not isinstance(part, Array)
        and isinstance(part.get("/ByteRange"), Array)
        and isinstance(part.get("/Contents"), String)
        for part in _parts(document)
    )


def _acts(value: object) -> bool:
    """Whether this is an action that does more than open a place here or a web page."""
    if not isinstance(value, Dictionary | Stream):
        return False
    kind = str(value.get("/S"))
    if kind == "/URI":
        address = value.get("/URI")
        return not isinstance(address, String) or _WEB.match(bytes(address)) is None
    return kind in _ACTS


def _opens(value: object) -> bool:
    """Whether the action at opening is anything but going to a place of the document."""
    return isinstance(value, Dictionary | Stream) and value.get("/S") != Name.GoTo


def _active_keys(part: Object) -> list[str]:
    keys = [key for key, held in part.items() if key in _ACTIVE or _acts(held)]
    if _opens(part.get("/OpenAction")):
        keys.append("/OpenAction")
    return keys + [key for key in _OUTSIDE if isinstance(part, Stream) and key in part]


def _require_inert(document: Pdf) -> None:
    """Refuse active content; checked for what cannot be changed, and for the result."""
    for part in _parts(document):
        if isinstance(part, Array):
            if any(_acts(held) for held in part):
                raise FileActive(what="Action")
        elif keys := _active_keys(part):
            raise FileActive(what=keys[0][1:])


def _as_it_is(data: bytes) -> bytes:
    """The signed bytes: the same document to every program, from the first byte to the last."""
    tail = data[-_TAIL:]
    last = tail.rfind(b"startxref")
    if last < 0 or _ENDS.fullmatch(tail, last) is None or zipfile.is_zipfile(io.BytesIO(data)):
        raise FileHoldsMore
    refuse_marks(data[:_HEAD])
    return data


def _leave_out_acts(document: Pdf) -> None:
    """Remove active content, and metadata about the authors."""
    said = _said_of_itself(document)
    for part in _parts(document):
        if isinstance(part, Array):
            for at in reversed([at for at, held in enumerate(part) if _acts(held)]):
                del part[at]
        else:
            for key in {*_active_keys(part), *(_PRIVATE & set(part.keys()))}:
                del part[key]
    for key in {"/Info", "/ID"} & set(document.trailer.keys()):
        del document.trailer[key]
    if title := said.get("dc:title"):
        document.docinfo["/Title"] = title
    if said:
        with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            for name, value in said.items():
                metadata[name] = value


def _said_of_itself(document: Pdf) -> dict[str, Any]:
    """Its title and language, and the standards that it claims to meet."""
    try:
        title = str(document.docinfo.get("/Title", ""))[:_TITLE]
        with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            said = {name: metadata[name] for name in _SAID if metadata.get(name)}
    except Exception:  # noqa: BLE001  # whatever XML makes of it: what cannot be read is left out
        return {}
    return {"dc:title": title} | said if title else said
