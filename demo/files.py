"""Generated sample files: PDF, picture, CSV, sound."""

from __future__ import annotations

import csv as tables
import io
import math
import random
import struct
import textwrap
import zlib
from array import array

PAGE = b"""<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R
/Resources << /Font << /F1 5 0 R >> >> >>"""
COLUMNS = 92
SCALE = (392.0, 440.0, 523.25, 587.33, 659.25, 783.99)
"""Five notes of a pentatonic scale and the first one's octave, in hertz."""
SAMPLES, FRAME = 22_050, 576
SKIES = ((38, 52, 96), (92, 138, 186), (208, 138, 92))


def pdf(title: str, *lines: str) -> bytes:
    """A one-page PDF with a title and some lines, wrapped where they are too long (Windows-1252 text)."""
    broken = [part for line in lines for part in textwrap.wrap(line, COLUMNS) or [""]]
    text = f"BT /F1 16 Tf 60 770 Td ({_escaped(title)}) Tj /F1 10 Tf 0 -30 Td 14 TL "
    text += " ".join(f"({_escaped(line)}) Tj T*" for line in broken) + " ET"
    stream = text.encode("cp1252", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def picture(width: int, height: int, seed: str) -> bytes:
    """A picture of houses, hills and sky, different for each seed; no people are in it."""
    chance = random.Random(seed)  # noqa: S311  (a drawing, not a secret)  # nosec B311
    sky, ground = chance.choice(SKIES), (chance.randint(50, 90), chance.randint(70, 110), 60)
    horizon = height * 3 // 5
    rows = [bytearray(_shade(sky, row / horizon) * width) for row in range(horizon)]
    rows += [bytearray(_shade(ground, (row - horizon) / height) * width) for row in range(horizon, height)]
    left = 0
    while left < width - 30:
        wide, high = chance.randint(26, 58), chance.randint(30, 80)
        wall = (chance.randint(110, 220), chance.randint(90, 180), chance.randint(70, 140))
        _fill(rows, left, horizon + 12 - high, wide, high, wall)
        for window in range(6, wide - 10, 14):
            lit = (250, 214, 120) if chance.random() < 0.6 else (48, 52, 60)
            _fill(rows, left + window, horizon + 20 - high, 8, 12, lit)
        left += wide + chance.randint(4, 26)
    _fill(rows, 0, height - 46, width, 30, (72, 74, 80))
    for mark in range(chance.randint(0, 20), width - 24, 44):
        _fill(rows, mark, height - 32, 24, 3, (226, 226, 216))
    return _png(width, height, b"".join(b"\x00" + row for row in rows))


def _shade(colour: tuple[int, int, int], down: float) -> bytes:
    return bytes(min(255, round(part * (1 + 0.5 * down))) for part in colour)


def _fill(
    rows: list[bytearray], left: int, top: int, wide: int, high: int, colour: tuple[int, int, int]
) -> None:
    for row in rows[top : top + high]:
        end = min(left + wide, len(row) // 3)
        row[left * 3 : end * 3] = bytes(colour) * (end - left)


def _png(width: int, height: int, pixels: bytes) -> bytes:
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(pixels)),
        (b"IEND", b""),
    ]
    chunks = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def chime(seed: str) -> bytes:
    """Three seconds of a radio chime as MP3, with other notes for each seed; nobody speaks in it."""
    # Here, as it takes longer to import than all else: only a history that is lived through needs it.
    import av

    chance = random.Random(seed)  # noqa: S311  (a melody, not a secret)  # nosec B311
    notes = [chance.choice(SCALE) for _ in range(6)]
    each = SAMPLES * 3 // len(notes)
    wave = array("h")
    for note in notes:
        for at in range(each):
            fading = math.exp(-4 * at / each) * 9000
            wave.append(round(fading * math.sin(2 * math.pi * note * at / SAMPLES)))
    written = io.BytesIO()
    with av.open(written, "w", format="mp3") as target:
        stream = target.add_stream("libmp3lame", rate=SAMPLES, layout="mono")
        stream.bit_rate = 32_000
        for start in range(0, len(wave) - FRAME + 1, FRAME):
            samples = av.AudioFrame("s16p", "mono", FRAME)
            samples.planes[0].update(wave[start : start + FRAME].tobytes())
            samples.sample_rate, samples.pts = SAMPLES, start
            target.mux(stream.encode(samples))
        target.mux(stream.encode(None))
    return written.getvalue()


def csv(*rows: tuple[object, ...]) -> bytes:
    """Comma-separated values."""
    written = io.StringIO()
    tables.writer(written).writerows(rows)
    return written.getvalue().encode()


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
