"""What is kept is what it says it is, from its first byte to its last, and nothing besides."""

import io
import random
import zlib

import pytest

from demo import files
from shared.content.inspection import inspect
from shared.content.refusals import FileMalformed, FileTooFull
from shared.refusal import Refusal
from shared.storage import MEDIA_TYPES
from tests.support import malice
from tests.support.malice import JPEG, LARGEST, PDF, PNG, Malicious

LEFT_TO_STORAGE = ("file-type-mismatch", "file-type-not-allowed", "file-empty", "file-too-large")
OURS = [one for one in malice.ALL if one.code not in LEFT_TO_STORAGE]


@pytest.mark.parametrize("one", OURS, ids=lambda one: one.name)
def test_a_file_that_means_harm_is_refused_for_its_reason(one: Malicious) -> None:
    with pytest.raises(Refusal) as refused:
        inspect(io.BytesIO(one.content), one.media_type, LARGEST)
    assert refused.value.code == one.code


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, "application/pdf"),
        (PDF + b"\r\n\r\n", "application/pdf"),
        (malice.pdf(malice.packed(malice.LISTED, zlib.compress(b"10 0 << >>"))), "application/pdf"),
        (malice.pdf(malice.packed(b"/Subtype /Image", zlib.compress(b"\0" * 30_000_000))), "application/pdf"),
        (PNG, "image/png"),
        (files.png(320, 200, (11, 93, 94)), "image/png"),
        (malice.png(malice.chunk(b"tEXt", b"Title\0Rapat & ronda <malam>")), "image/png"),
        (JPEG, "image/jpeg"),
        (JPEG + JPEG, "image/jpeg"),  # the picture with its gain map, as telephones make them
        (JPEG + b"\0" * 100, "image/jpeg"),
        (malice.jpeg(0xE1, b"http://ns.adobe.com/xap/1.0/\0<?xpacket?><x:xmpmeta/>"), "image/jpeg"),
        (b"lokasi,jumlah,suhu\r\nA,14,-3\r\nB,+62 812,-5 (lima)\r\n", "text/csv"),
        ("\ufeffnama;desa\nSiti;Sidoarjo é\n".encode(), "text/csv"),
        (b"a < b, c > d; lihat <http://example.org>\n\tTerima kasih\n", "text/plain"),
        (b"= Rapat =\n- pertama (baru)\n", "text/plain"),
    ],
)
def test_ordinary_files_pass(content: bytes, media_type: str) -> None:
    file = io.BytesIO(content)
    inspect(file, media_type, LARGEST)
    assert file.tell() == 0


@pytest.mark.parametrize("content", [PDF, PNG, JPEG], ids=["PDF", "PNG", "JPEG"])
def test_damaged_files_are_refused_or_pass_and_never_break_the_reader(content: bytes) -> None:
    chance = random.Random(5)
    media_type = next(kind for kind, begins in MEDIA_TYPES.items() if begins and content.startswith(begins))
    for _ in range(3000):
        damaged = bytearray(content)
        for _ in range(chance.randrange(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        cut = damaged[: chance.randrange(1, len(damaged) + 1)]
        try:
            inspect(io.BytesIO(bytes(cut)), media_type, LARGEST)
        except Refusal:
            continue


def test_streams_in_one_another_are_not_read_for_ever() -> None:
    one = b"stream\n" + zlib.compress(b"x")
    with pytest.raises(FileMalformed):
        inspect(io.BytesIO(malice.pdf(one * 100_000)), "application/pdf", LARGEST)


def test_many_streams_count_together() -> None:
    one = malice.packed(b"", zlib.compress(b"\0" * 20_000_000, 9))
    with pytest.raises(FileTooFull):
        inspect(io.BytesIO(malice.pdf(b"\n".join([one] * 20))), "application/pdf", LARGEST)
