"""Files that mean harm, made in code: each is refused for a reason, or kept without the harm."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pikepdf

from demo import files

LARGEST = 10 * 1024 * 1024
PDF, PNG = files.pdf("Perjanjian", "Isi"), files.picture(4, 4, "small")
# The smallest picture that decoders of JPEG take: one grey pixel.
JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300"
    + "03" * 64
    + "ffc0000b080001000101011100ffc4001f0000010501010101010100000000000000000102030405060708090a0b"
    + "ffc400b5100002010303020403050504040000017d0102030004110512213141061351610722711432"
    + "8191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a"
    + "535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6"
    + "a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6"
    + "f7f8f9faffda0008010100003f00fbd3ffd9"
)
PHP = b"<?php system($_GET['c']); ?>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
FOREIGN = b'<svg xmlns="http://www.w3.org/2000/svg"><foreignObject><body onload="x()"/></foreignObject></svg>'
ENTITY = b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCM = "application/vnd.ms-word.document.macroEnabled.12"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"


@dataclass(frozen=True)
class Malicious:
    """A file, how it is declared, and the code of its refusal: "" for one that is kept without the harm."""

    name: str
    content: bytes
    media_type: str
    code: str


def archive(**members: bytes) -> bytes:
    """A ZIP archive."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/"), content)
    return kept.getvalue()


@cache
def bomb() -> bytes:
    """Twenty megabytes in twenty kilobytes."""
    return archive(nought=b"\0" * (20 * 1024 * 1024))


@cache
def nested() -> bytes:
    """A bomb in a bomb in a bomb."""
    inner = bomb()
    for _ in range(3):
        inner = archive(**{f"part{number}": inner for number in range(10)})
    return inner


@cache
def many() -> bytes:
    """An archive of very many entries."""
    return archive(**{f"entry{number}": b"" for number in range(5_000)})


def chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of a PNG with its checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*between: bytes, header: bytes = b"", data: bytes = b"") -> bytes:
    """A PNG with chunks before its end, perhaps of another size or with other data."""
    header = header or struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    data = data or zlib.compress(b"\0\1\2\3")
    parts = [chunk(b"IHDR", header), *between, chunk(b"IDAT", data), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def jpeg(marker: int, body: bytes) -> bytes:
    """A JPEG with one more segment."""
    return JPEG[:2] + bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body + JPEG[2:]


def pdf(more: bytes) -> bytes:
    """A PDF with more in its body."""
    return PDF.replace(b"\nxref", b"\n" + more + b"\nxref", 1)


def packed(facts: bytes, content: bytes) -> bytes:
    """A packed stream of a PDF."""
    return b"9 0 obj\n<< %s /Filter /FlateDecode >>\nstream\n%s\nendstream\nendobj" % (facts, content)


def hidden_archive() -> bytes:
    """A PDF that is an archive too: its last bytes are the archive's comment."""
    kept = archive(payload=b"x")
    rest = PDF[PDF.index(b"\nxref") :]
    stream = b"8 0 obj\n<< >>\nstream\n" + kept[:-2] + struct.pack("<H", len(rest)) + b""
    return PDF[: PDF.index(b"\nxref")] + b"\n" + stream + rest


def locked(password: str) -> bytes:
    """A PDF that opens with a password, or that opens but may not be printed."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as document:
        document.save(written, encryption=pikepdf.Encryption(owner="owner", user=password))
    return written.getvalue()


SCRIPT = b"9 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj"
LISTED = b"/Type /ObjStm /N 1 /First 4"


def polyglots() -> Iterator[Malicious]:
    """Two files in one."""
    code = ""  # what is behind or beside the picture or the document is left behind
    yield Malicious("PDF, then a ZIP", PDF + archive(payload=b"x"), "application/pdf", code)
    yield Malicious("PDF that is a ZIP too", hidden_archive(), "application/pdf", code)
    yield Malicious("PDF, then HTML", PDF + b"<html><script>x()</script>", "application/pdf", code)
    yield Malicious("PDF, then a program", PDF + b"MZ\x90\0" + b"\0" * 64 + b"PE", "application/pdf", code)
    html = PDF.replace(b"%PDF-1.4\n", b"%PDF-1.4\n%<html><body onload=x()>\n", 1)
    yield Malicious("PDF that is HTML too", html, "application/pdf", code)
    late = b"#!/bin/sh\nexit\n" + PDF
    yield Malicious("shell, then PDF", late, "application/pdf", "file-type-mismatch")
    yield Malicious("PNG, then a ZIP", PNG + archive(payload=b"x"), "image/png", code)
    yield Malicious("PNG, then PHP", PNG + PHP, "image/png", code)
    yield Malicious("PNG with PHP in its text", png(chunk(b"tEXt", b"a\0" + PHP)), "image/png", code)
    hidden = chunk(b"zTXt", b"a\0\0" + zlib.compress(SVG))
    yield Malicious("PNG with a page in its packed text", png(hidden), "image/png", code)
    behind = png(data=zlib.compress(b"\0\1\2\3") + PHP)
    yield Malicious("PNG with PHP behind its data", behind, "image/png", code)
    yield Malicious("JPEG, then a JAR", JPEG + archive(**{"A.class": b"\xca\xfe"}), "image/jpeg", code)
    yield Malicious("JPEG, then HTML", JPEG + b"<html>", "image/jpeg", code)
    yield Malicious("JPEG with PHP in a comment", jpeg(0xFE, PHP), "image/jpeg", code)
    yield Malicious("JPEG with a page in its EXIF", jpeg(0xE1, b"Exif\0\0" + SVG), "image/jpeg", code)
    yield Malicious("GIF that is a script", b"GIF89a/*\0*/=1;x()//", "image/gif", "file-type-not-allowed")
    yield Malicious("GIF that is a script, as PNG", b"GIF89a/*\0*/=1;", "image/png", "file-type-not-allowed")
    yield Malicious("BMP that is a script", b"BM=1;/*\0*/x()", "image/jpeg", "file-type-mismatch")


def bombs() -> Iterator[Malicious]:
    """Small as they are sent, huge as they are opened."""
    refused, other = "file-type-not-allowed", "file-type-mismatch"
    yield Malicious("ZIP bomb", bomb(), "application/zip", refused)
    yield Malicious("ZIP bomb as DOCX", bomb(), DOCX, refused)
    yield Malicious("ZIP bomb as XLSX", bomb(), XLSX, refused)
    yield Malicious("ZIP bomb as ODT", bomb(), ODT, refused)
    yield Malicious("ZIP bomb as PDF", bomb(), "application/pdf", refused)
    yield Malicious("nested ZIP bomb as PNG", nested(), "image/png", refused)
    yield Malicious("ZIP of very many entries as PDF", many(), "application/pdf", refused)
    yield Malicious("GZIP as text", b"\x1f\x8b\x08" + b"\0" * 20, "text/plain", other)
    huge = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    yield Malicious("PNG of 3.6 gigapixels", png(header=huge), "image/png", "file-too-full")
    more = png(data=zlib.compress(b"\0" * 5_000_000))
    yield Malicious("PNG with more data than picture", more, "image/png", "")
    wide = JPEG.replace(bytes.fromhex("080001000101"), bytes.fromhex("08fffffffe01"), 1)
    yield Malicious("JPEG of 4.2 gigapixels", wide, "image/jpeg", "file-too-full")
    packing = zlib.compressobj(1)
    streams = b"".join(packing.compress(b"\0" * 1_000_000) for _ in range(270)) + packing.flush()
    yield Malicious("PDF bomb", pdf(packed(b"", streams)), "application/pdf", "file-too-full")


def actors() -> Iterator[Malicious]:
    """What acts when it is opened."""
    kind, code, kept = "application/pdf", "file-active", ""
    yield Malicious("PDF with a script", pdf(SCRIPT), kind, kept)
    yield Malicious("PDF with an escaped script", pdf(SCRIPT.replace(b"/Java", b"/J#61va")), kind, kept)
    listed = packed(LISTED, zlib.compress(b"10 0 " + SCRIPT))
    yield Malicious("PDF with a packed script", pdf(listed), kind, kept)
    odd = packed(LISTED + b" /DecodeParms << /Predictor 12 >>", zlib.compress(b"\2" + SCRIPT))
    yield Malicious("PDF with objects packed oddly", pdf(odd), kind, kept)
    launch = b"9 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj"
    yield Malicious("PDF that starts a program", pdf(launch), kind, kept)
    inside = b"9 0 obj\n<< /Type /EmbeddedFile >>\nendobj"
    yield Malicious("PDF with a file inside", pdf(inside), kind, "file-holds-more")
    yield Malicious("PDF with a form of XFA", pdf(b"9 0 obj\n<< /XFA [1 0 R] >>\nendobj"), kind, code)
    remote = b"9 0 obj\n<< /S /GoToR /F (\\\\\\\\host\\\\share) >>\nendobj"
    yield Malicious("PDF that fetches from a share", pdf(remote), kind, kept)
    yield Malicious("PDF behind a password", locked("x"), kind, "file-locked")
    yield Malicious("PDF whose use is restricted", locked(""), kind, "file-locked")
    yield Malicious("SVG with a script", SVG, "image/svg+xml", "file-type-not-allowed")
    yield Malicious("SVG with a script, as PNG", SVG, "image/png", "file-type-mismatch")
    yield Malicious("SVG with a page inside, as text", FOREIGN, "text/plain", code)
    yield Malicious("SVG with an outer entity, as table", ENTITY, "text/csv", code)
    yield Malicious("XML with a DTD that grows", LAUGHS, "text/plain", code)
    yield Malicious("XML", LAUGHS, "application/xml", "file-type-not-allowed")
    yield Malicious("HTML", b"<html><script>x()</script>", "text/html", "file-type-not-allowed")
    yield Malicious(
        "HTML as picture", b"<!doctype html><script>x()</script>", "image/jpeg", "file-type-mismatch"
    )
    yield Malicious("HTML behind a comment, as text", b"<!-- --><script>x()", "text/plain", code)
    yield Malicious("text with a script further on", b"halo\n" * 999 + b"<script>", "text/plain", code)
    yield Malicious("PHP as text", b"halo " + PHP, "text/plain", code)
    yield Malicious("table with a command (DDE)", b"a,b\n1,\"=cmd|' /C calc'!A0\"\n", "text/csv", code)
    call = b'a;b\n1;=HYPERLINK("http://x";"klik")\n'
    yield Malicious("table with a formula", call, "text/csv", code)


def programs() -> Iterator[Malicious]:
    """Executables and documents with macros."""
    elf, other = b"\x7fELF\x02\x01\x01" + b"\0" * 60, "file-type-mismatch"
    refused, no_text = "file-type-not-allowed", "text-not-unicode"
    yield Malicious("ELF", elf, "application/x-executable", refused)
    yield Malicious("ELF as picture", elf, "image/png", other)
    yield Malicious("PE as PDF", b"MZ\x90\0" + b"\0" * 60 + b"PE\0\0", "application/pdf", other)
    yield Malicious("Mach-O as JPEG", b"\xcf\xfa\xed\xfe\x07\0\0\x01", "image/jpeg", other)
    yield Malicious("class of Java as text", b"\xca\xfe\xba\xbe\0\0\0\x34", "text/plain", other)
    yield Malicious("shell script as text", b"#!/bin/sh\nrm -rf ~\n", "text/plain", "file-active")
    yield Malicious("PostScript as text", b"%!PS-Adobe-3.0\n(x) run\n", "text/plain", "file-active")
    yield Malicious("text that moves the cursor", b"aman\x1b[2J\x1b]0;x\x07", "text/plain", no_text)
    macros = archive(word__vbaProject=b"\xcc\x61", **{"[Content_Types].xml": b"<Types/>"})
    yield Malicious("DOCM", macros, DOCM, refused)
    yield Malicious("DOCM as DOCX", macros, DOCX, refused)
    yield Malicious("DOCM as PDF", macros, "application/pdf", refused)
    yield Malicious("DOC with macros as table", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1VBA", "text/csv", no_text)


def broken() -> Iterator[Malicious]:
    """Nothing, too much, or not what it says."""
    code = "file-malformed"
    yield Malicious("nothing", b"", "application/pdf", "file-empty")
    yield Malicious("too much", b"a" * (LARGEST + 1), "text/plain", "file-too-large")
    yield Malicious("PNG as JPEG", PNG, "image/jpeg", "")
    yield Malicious("PDF as text", PDF, "text/plain", "")
    yield Malicious("no type", PDF, "application/octet-stream", "")
    yield Malicious("a type in two lines", PDF, "application/pdf2", "")
    yield Malicious("half a PDF", PDF[:200], "application/pdf", code)
    yield Malicious("half a PNG", PNG[:50], "image/png", code)
    yield Malicious("PNG without a picture", b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""), "image/png", code)
    yield Malicious("half a JPEG", JPEG[:-2], "image/jpeg", code)
    yield Malicious("JPEG without a picture", b"\xff\xd8\xff\xd9", "image/jpeg", code)
    yield Malicious("text in another encoding", "é".encode("latin-1"), "text/plain", "text-not-unicode")


ALL = [one for kind in (polyglots, bombs, actors, programs, broken) for one in kind()]

NAMES = {
    "../../../etc/cron.d/x.pdf": "x.pdf",
    "..\\..\\Windows\\System32\\x.pdf": "x.pdf",
    "/etc/passwd": "passwd.pdf",
    "C:\\autoexec.bat": "autoexec.bat.pdf",
    "\\\\host\\share\\x.pdf": "x.pdf",
    "..": "{otherwise}.pdf",
    "....//....//x.pdf": "x.pdf",
    ".htaccess": "htaccess.pdf",
    "x.pdf\u202efdp.exe": "x.pdffdp.exe.pdf",
    "nota\u202eexe.pdf": "notaexe.pdf",
    "nota\u200b\u2066.pdf": "nota.pdf",
    "CON": "_CON.pdf",
    "nul.pdf": "_nul.pdf",
    "com1.tar.pdf": "_com1.tar.pdf",
    "x.pdf:evil.exe": "x.pdf_evil.exe.pdf",
    "x.php": "x.php.pdf",
    "x.pdf.html": "x.pdf.html.pdf",
    "x.svg": "x.svg.pdf",
    "x.pdf. . ": "x.pdf",
    "a|b<c>d?e*f.pdf": "a_b_c_d_e_f.pdf",
    "$(reboot)`id`;x.pdf": "_(reboot)_id__x.pdf",
    "x" * 400 + ".pdf": "x" * 196 + ".pdf",
    "%2e%2e%2fx.pdf": "_2e_2e_2fx.pdf",
}
"""Names with which a PDF is sent, and what is kept of each."""
