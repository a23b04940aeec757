"""Pictures: read from the first to the last byte of their structure, with nothing behind it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from shared.content.marks import refuse_marks
from shared.content.refusals import FileHoldsMore, FileMalformed, FileTooFull

MOST = 256 * 1024 * 1024
"""Bytes that a picture may have unpacked: about 85 million pixels."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Parts of a JPEG without content of their own: TEM, restarts, start of image.
_BARE = {0x01, *range(0xD0, 0xD9)}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_END, _SCAN, _COMMENT = 0xD9, 0xDA, 0xFE


def inspect_png(data: bytes) -> None:
    """Follow every chunk; raises the refusals of this package."""
    expected, packed = 0, bytearray()
    at = len(_SIGNATURE)
    for name, body in _chunks(data, at):
        if (name == b"IHDR") != (at == len(_SIGNATURE)):
            raise FileMalformed(media_type="image/png")
        at += 12 + len(body)
        if name == b"IHDR":
            expected = _unpacked(body)
        elif name == b"IDAT":
            packed += body
        else:
            refuse_marks(_text_of(name, body))
    if at != len(data):
        raise FileHoldsMore
    if not _fills(bytes(packed), expected):
        raise FileMalformed(media_type="image/png")


def _chunks(data: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    """The chunks to the last, each as its checksum says."""
    name = b""
    while name != b"IEND":
        if at + 12 > len(data):
            raise FileMalformed(media_type="image/png")
        size, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + size
        body = data[at + 8 : end - 4]
        if end > len(data) or zlib.crc32(name + body) != struct.unpack_from(">I", data, end - 4)[0]:
            raise FileMalformed(media_type="image/png")
        yield name, body
        at = end


def _unpacked(header: bytes) -> int:
    """Bytes that the picture of this header has at most; Adam7 adds less than a filter byte a pixel."""
    if len(header) != 13:
        raise FileMalformed(media_type="image/png")
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if not width or not height or colour not in _CHANNELS or depth not in (1, 2, 4, 8, 16):
        raise FileMalformed(media_type="image/png")
    row = 1 + (width * depth * _CHANNELS[colour] + 7) // 8
    size: int = row * height + (width * height if interlaced else 0)
    if size > MOST:
        raise FileTooFull(limit=MOST)
    return size


def _text_of(name: bytes, body: bytes) -> bytes:
    """What a chunk beside the picture says, unpacked where it is packed."""
    if name in (b"zTXt", b"iCCP"):
        packed = body.partition(b"\0")[2][1:]
        try:
            return body + zlib.decompressobj().decompress(packed, 1024 * 1024)
        except zlib.error:
            raise FileMalformed(media_type="image/png") from None
    return body


def _fills(packed: bytes, expected: int) -> bool:
    """Whether the data are one whole packed stream of no more than the picture's size."""
    unpacking, seen = zlib.decompressobj(), 0
    try:
        while not unpacking.eof:
            given = unpacking.unconsumed_tail if seen else packed
            part = unpacking.decompress(given, 1024 * 1024)
            seen += len(part)
            if not part or seen > expected:
                break
    except zlib.error:
        return False
    return unpacking.eof and not unpacking.unused_data and 0 < seen <= expected


def inspect_jpeg(data: bytes) -> None:
    """Follow every segment of the picture, and of those that a camera put behind it."""
    at = 0
    while at < len(data):
        if data[at : at + 2] != b"\xff\xd8":
            # Cameras fill up with noughts; a gain map is a whole second picture.
            if data[at:].strip(b"\0"):
                raise FileHoldsMore
            return
        at = _jpeg_end(data, at + 2)


def _jpeg_end(data: bytes, at: int) -> int:
    """Where the picture that begins before ``at`` ends."""
    framed = False
    while True:
        marker, at = _marker(data, at)
        if marker == _END:
            break
        if marker in _BARE:
            continue
        if at + 2 > len(data):
            raise FileMalformed(media_type="image/jpeg")
        end = at + int.from_bytes(data[at : at + 2], "big")
        body = data[at + 2 : end]
        if end > len(data) or end < at + 2:
            raise FileMalformed(media_type="image/jpeg")
        framed = _look_into(marker, body) or framed
        at = _after_scan(data, end) if marker == _SCAN else end
    if not framed:
        raise FileMalformed(media_type="image/jpeg")
    return at


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """The marker at a place, after any filling, and where its segment begins."""
    begun = at
    while at < len(data) and data[at] == 0xFF:
        at += 1
    if at == begun or at >= len(data) or not data[at]:
        raise FileMalformed(media_type="image/jpeg")
    return data[at], at + 1


def _look_into(marker: int, body: bytes) -> bool:
    """Refuse what a segment should not hold; whether it is the frame."""
    if 0xE0 <= marker <= 0xEF or marker == _COMMENT:
        refuse_marks(body)
    if marker not in _FRAMES:
        return False
    if len(body) < 6:
        raise FileMalformed(media_type="image/jpeg")
    height, width = struct.unpack_from(">HH", body, 1)
    if not width:
        raise FileMalformed(media_type="image/jpeg")
    if width * height * max(1, body[5]) > MOST:
        raise FileTooFull(limit=MOST)
    return True


def _after_scan(data: bytes, at: int) -> int:
    """The next marker that is neither a restart nor a stuffed byte."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise FileMalformed(media_type="image/jpeg")
        if data[at + 1] and not 0xD0 <= data[at + 1] <= 0xD7 and data[at + 1] != 0xFF:
            return at
        at += 1 if data[at + 1] == 0xFF else 2
