"""What is kept is what it says it is, from its first byte to its last, and nothing besides."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageCms

from demo import files
from shared.content.kinds import kind_of
from shared.content.refusals import (
    FileActive,
    FileHoldsMore,
    FileMalformed,
    FileTooFull,
    FileTypeMismatch,
    FileTypeNotAllowed,
)
from shared.content.rewriting import rewrite_file
from shared.refusal import Refusal
from tests.support import malicious_files
from tests.support.malicious_files import JPEG, PDF, PNG, Malicious

NOT_OF_CONTENT = ("file-type-mismatch", "file-type-not-allowed", "file-empty", "file-too-large")
OURS = [item for item in malicious_files.ALL if item.code not in NOT_OF_CONTENT]
HARM = (
    b"<?php",
    b"<svg",
    b"<html",
    b"<script",
    b"PK\x03\x04",
    b"JavaScript",
    b"/Launch",
    b"/GoToR",
    b"MZ\x90",
)


def taken(content: bytes, media_type: str) -> bytes:
    """What is kept of a file that is sent so."""
    return rewrite_file(content, kind_of(content[:1024], "berkas", media_type))


@pytest.mark.parametrize("one", OURS, ids=lambda one: one.name)
def test_a_file_that_means_harm_is_refused_for_its_reason_or_kept_without_it(one: Malicious) -> None:
    if one.code:
        with pytest.raises(Refusal) as refused:
            taken(one.content, one.media_type)
        assert refused.value.code == one.code
    else:
        kept = taken(one.content, one.media_type)
        assert not [mark for mark in HARM if mark in kept]


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, "application/pdf"),
        (PDF + b"\r\n\r\n", "application/pdf"),
        (
            malicious_files.pdf(malicious_files.packed(malicious_files.LISTED, zlib.compress(b"10 0 << >>"))),
            "application/pdf",
        ),
        (
            malicious_files.pdf(
                malicious_files.packed(b"/Subtype /Image", zlib.compress(b"\0" * 30_000_000))
            ),
            "application/pdf",
        ),
        (PNG, "image/png"),
        (files.picture(320, 200, "large"), "image/png"),
        (malicious_files.png(malicious_files.chunk(b"tEXt", b"Title\0Rapat & ronda <malam>")), "image/png"),
        (JPEG, "image/jpeg"),
        (JPEG + JPEG, "image/jpeg"),
        (JPEG + b"\0" * 100, "image/jpeg"),
    ],
)
def test_ordinary_documents_and_pictures_are_written_anew(content: bytes, media_type: str) -> None:
    kept = taken(content, media_type)
    assert kind_of(kept[:1024], "x", "") == media_type
    if media_type != "application/pdf":  # whose id tells what was written before
        assert taken(kept, media_type) == kept, "the second time there is nothing to leave out"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"lokasi,jumlah,suhu\r\nA,14,-3\r\nB,+62 812,-5 (lima)\r\n@polres,===,=\r\n", "text/csv"),
        ("\ufeffnama;desa\nSiti;Sidoarjo é\n".encode(), "text/csv"),
        (b"sep=;\r\na;b\r\n1;2\r\n", "text/csv"),
        (b"a < b, c > d; lihat <http://example.org>\n\tTerima kasih\n", "text/plain"),
        (b"= Rapat =\n- pertama (baru)\n", "text/plain"),
    ],
)
def test_ordinary_texts_are_kept_as_they_are(content: bytes, media_type: str) -> None:
    assert taken(content, media_type) == content


@pytest.mark.parametrize(
    "cell",
    [
        '=HYPERLINK("http://x";"y")',
        '=1+HYPERLINK("http://x")',
        '="x"&HYPERLINK("http://x")',
        "=A1",
        "  = 1+1",
        '"=1,2"',
        '" =SUM(1,2)"',
        '"""=1+1"',
        "+SUM(1)",
        '+"x"&HYPERLINK("y")',
        "-1+cmd|' /C calc'!A0",
        '"+1;HYPERLINK(""x"")"',
        "@SUM(1)",
        "\uff1d1+1",
        "\uff20SUM(1)",
        "=cmd|'/C calc'!A0",
    ],
)
@pytest.mark.parametrize("place", ["{}", "a,{}", "a;{};b", "a\t{}", "a\r{}", "a\n{}\nb", "sep=^\na^{}"])
def test_a_cell_that_would_be_calculated_is_refused(cell: str, place: str) -> None:
    with pytest.raises(FileActive):
        rewrite_file(place.format(cell).encode(), "text/csv")


@pytest.mark.parametrize("content", [PDF, PNG, JPEG], ids=["PDF", "PNG", "JPEG"])
def test_damaged_files_are_refused_or_pass_and_never_break_the_reader(content: bytes) -> None:
    chance = random.Random(5)
    media_type = kind_of(content[:1024], "", "")
    for _ in range(1000):
        damaged = bytearray(content)
        for _ in range(chance.randrange(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        cut = damaged[: chance.randrange(1, len(damaged) + 1)]
        try:
            rewrite_file(bytes(cut), media_type)
        except Refusal:
            continue


# --- kinds -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "declared", "kind"),
    [
        (b"a;b\n", "data.csv", "application/vnd.ms-excel", "text/csv"),
        (b"a;b\n", "data.CSV", "text/plain", "text/csv"),
        (b"a;b\n", "data", "application/vnd.ms-excel", "text/csv"),
        (b"a\n", "catatan.txt", "", "text/plain"),
        (b"a\n", "catatan", "text/plain; charset=utf-8", "text/plain"),
        (JPEG, "foto.jpg", "image/jpg", "image/jpeg"),
        (JPEG, "foto.jfif", "image/pjpeg", "image/jpeg"),
        (JPEG, "foto.png", "image/png", "image/jpeg"),
        (PNG, "foto.png", "image/x-png", "image/png"),
        (PDF, "nota.pdf", "application/x-pdf", "application/pdf"),
        (PDF, "nota", "application/octet-stream", "application/pdf"),
        (PDF, "nota.pdf", "", "application/pdf"),
    ],
)
def test_content_and_ending_decide_of_which_kind_a_file_is(
    content: bytes, name: str, declared: str, kind: str
) -> None:
    assert kind_of(content, name, declared) == kind


@pytest.mark.parametrize(
    ("content", "name", "declared", "named"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1", "foto.heic", "image/heic", "image/heic"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1", "foto.jpg", "image/jpeg", "image/heic"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "foto.webp", "", "image/webp"),
        (b"{}", "data.json", "application/json", "application/json"),
        (b"\1\2\0", "x", "", "application/octet-stream"),
    ],
)
def test_what_is_not_taken_is_called_by_its_name_with_a_list_of_what_is(
    content: bytes, name: str, declared: str, named: str
) -> None:
    with pytest.raises(FileTypeNotAllowed) as refused:
        kind_of(content, name, declared)
    detail, remedy = refused.value.localised(str)
    assert named in detail
    assert "image/jpeg" in remedy
    with pytest.raises(FileTypeMismatch):
        kind_of(b"\1\2\0", "x.pdf", "application/pdf")


# --- pictures --------------------------------------------------------------------------------------

DEVICE = b"Telepon Uji 12"


def photograph(mode: str = "RGB", form: str = "JPEG", **how: Any) -> bytes:
    """Two halves, red and blue, taken with a telephone held sideways, that tells where."""
    picture = Image.new("RGB", (64, 32), (200, 0, 0))
    picture.paste((0, 0, 200), (32, 0, 64, 32))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees to the right
    exif[0x010F] = DEVICE.decode()
    exif.get_ifd(0x8825).update({1: "S", 2: (7.0, 26.0, 48.9), 3: "E", 4: (112.0, 43.0, 5.4)})
    written = io.BytesIO()
    picture.convert(mode).save(written, form, exif=exif, comment=b"rahasia", **how)
    return written.getvalue()


def pixel(picture: Image.Image, x: int, y: int) -> tuple[int, ...]:
    found = picture.convert("RGB").getpixel((x, y))
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_picture_is_turned_upright_and_tells_neither_place_nor_device(form: str) -> None:
    sent = photograph(form=form)
    assert DEVICE in sent
    kept = taken(sent, "image/x")
    assert DEVICE not in kept
    assert b"Exif" not in kept
    assert b"rahasia" not in kept
    with Image.open(io.BytesIO(kept)) as shown:
        assert shown.size == (32, 64)
        assert not shown.getexif()
        assert (
            not set(shown.info)
            - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progression"}
            - {"progressive"}
        )
        assert pixel(shown, 16, 4)[0] > 150, "red is above"
        assert pixel(shown, 16, 60)[2] > 150, "blue is below"


def test_a_jpeg_is_packed_as_it_was() -> None:
    sent = photograph(quality=70, subsampling=0)
    with Image.open(io.BytesIO(sent)) as before, Image.open(io.BytesIO(taken(sent, "image/jpeg"))) as after:
        assert before.quantization == after.quantization  # type: ignore[attr-defined]


def test_colours_of_print_and_of_a_profile_become_those_of_screens() -> None:
    with Image.open(io.BytesIO(taken(photograph("CMYK"), "image/jpeg"))) as shown:
        assert shown.mode == "RGB"
        assert pixel(shown, 16, 4)[0] > 150
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for form in ("JPEG", "PNG"):
        kept = taken(photograph(form=form, icc_profile=profile), "image/x")
        assert b"acsp" not in kept
        with Image.open(io.BytesIO(kept)) as shown:
            assert pixel(shown, 16, 4)[0] > 150
        broken = taken(photograph(form=form, icc_profile=b"none at all"), "image/x")
        assert b"none at all" not in broken


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_keeps_its_colours_and_what_shines_through(mode: str) -> None:
    picture = Image.new("RGBA", (4, 4), (0, 90, 0, 255))
    picture.putpixel((1, 1), (0, 0, 0, 0))
    if mode == "I;16":
        picture = Image.new(mode, (4, 4), 999)
    else:
        picture = picture.quantize() if mode == "P" else picture.convert(mode)
    written = io.BytesIO()
    picture.save(written, "PNG")
    anew = io.BytesIO(taken(written.getvalue(), "image/png"))
    with Image.open(anew) as kept, Image.open(written) as sent:
        assert kept.mode == sent.mode
        assert kept.tobytes() == sent.tobytes()
        if mode != "I;16":
            assert kept.convert("RGBA").tobytes() == sent.convert("RGBA").tobytes()


def test_a_picture_that_moves_is_refused_and_of_two_pictures_the_first_is_kept() -> None:
    frames = [Image.new("RGB", (4, 4), (shade, 0, 0)) for shade in (0, 100, 200)]
    written = io.BytesIO()
    frames[0].save(written, "PNG", save_all=True, append_images=frames[1:])
    with pytest.raises(FileHoldsMore):
        taken(written.getvalue(), "image/png")
    two = io.BytesIO()
    frames[2].save(two, "MPO", save_all=True, append_images=frames[:1])
    with Image.open(io.BytesIO(taken(two.getvalue(), "image/jpeg"))) as kept:
        assert kept.format == "JPEG"
        assert pixel(kept, 1, 1)[0] > 150


# --- documents -------------------------------------------------------------------------------------


def document(change: Any, **how: Any) -> bytes:
    """A PDF that was changed as a program would, and packed into object streams."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as made:
        change(made)
        made.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate, **how)
    return written.getvalue()


def action(kind: str, **more: Any) -> Any:
    return pikepdf.Dictionary(S=pikepdf.Name("/" + kind), **more)


def script() -> Any:
    return action("JavaScript", JS=pikepdf.String("app.alert(1)"))


def opens(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = made.make_indirect(script())


def opens_the_web(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = action("URI", URI=pikepdf.String("https://x.example"))


def acts_on_its_own(made: pikepdf.Pdf) -> None:
    made.pages[0].obj.AA = pikepdf.Dictionary(O=script())


def names_scripts(made: pikepdf.Pdf) -> None:
    tree = pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("a"), made.make_indirect(script())]))
    made.Root.Names = pikepdf.Dictionary(JavaScript=tree)


def links(made: pikepdf.Pdf, *actions: Any) -> None:
    made.pages[0].obj.Annots = pikepdf.Array(
        pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
        for action in actions
    )


def links_to_a_script(made: pikepdf.Pdf) -> None:
    links(made, action("URI", URI=pikepdf.String("JavaScript:x()")), action("Launch", F=pikepdf.String("x")))


def goes_on_to_a_script(made: pikepdf.Pdf) -> None:
    links(made, action("GoTo", D=pikepdf.String("x"), Next=pikepdf.Array([script(), script()])))


ACTING = (opens, opens_the_web, acts_on_its_own, names_scripts, links_to_a_script, goes_on_to_a_script)


def keys_and_actions(content: bytes) -> Iterator[str]:
    with pikepdf.open(io.BytesIO(content)) as kept:
        waiting: list[Any] = list(kept.objects)
        while waiting:
            part = waiting.pop()
            if isinstance(part, pikepdf.Array):
                waiting += [action for action in part if not getattr(action, "is_indirect", True)]
            elif isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
                yield from part.keys()
                yield str(part.get("/S"))
                waiting += [action for _, action in part.items() if not getattr(action, "is_indirect", True)]


@pytest.mark.parametrize("acting", ACTING, ids=lambda acting: acting.__name__)
def test_a_document_is_kept_without_what_acts_whatever_it_is_wrapped_in(acting: Any) -> None:
    sent = document(acting)
    assert b"/JavaScript" not in sent, "it is wrapped"
    kept = taken(sent, "application/pdf")
    assert not {"/JS", "/AA", "/JavaScript", "/Launch", "/OpenAction", "/URI"} & set(keys_and_actions(kept))
    with pikepdf.open(io.BytesIO(kept)) as read:
        assert b"Perjanjian" in read.pages[0].Contents.read_bytes()


def test_a_document_keeps_its_links_its_first_view_and_its_title_but_not_its_author() -> None:
    def made_by_somebody(made: pikepdf.Pdf) -> None:
        links(made, action("URI", URI=pikepdf.String("https://peraturan.go.id")))
        made.Root.OpenAction = pikepdf.Array([made.pages[0].obj, pikepdf.Name.Fit])
        made.docinfo["/Title"] = "Nota Kesepahaman"
        made.docinfo["/Author"] = "Siti Rahasia"
        with made.open_metadata() as said:
            said["dc:creator"] = ["Siti Rahasia"]
            said["dc:title"] = "Nota Kesepahaman"
            said["pdfuaid:part"] = "1"

    kept = taken(document(made_by_somebody), "application/pdf")
    assert b"Rahasia" not in kept
    with pikepdf.open(io.BytesIO(kept)) as read:
        assert read.docinfo["/Title"] == "Nota Kesepahaman"
        assert str(read.Root.OpenAction[1]) == "/Fit"
        with read.open_metadata() as said:
            assert (said["dc:title"], said["pdfuaid:part"]) == ("Nota Kesepahaman", "1")
    assert "/URI" in set(keys_and_actions(kept))


def attaches(made: pikepdf.Pdf) -> None:
    made.attachments["lampiran.txt"] = pikepdf.AttachedFileSpec(made, b"isi", filename="lampiran.txt")


def test_attachments_are_not_lost_without_a_word() -> None:
    with pytest.raises(FileHoldsMore):
        taken(document(attaches), "application/pdf")


def signs(made: pikepdf.Pdf) -> None:
    signature = pikepdf.Dictionary(
        Type=pikepdf.Name.Sig, ByteRange=[0, 10, 20, 30], Contents=pikepdf.String(b"\1" * 64)
    )
    field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=pikepdf.String("s"), V=made.make_indirect(signature))
    made.Root.AcroForm = pikepdf.Dictionary(Fields=[made.make_indirect(field)])


def test_a_signed_document_stays_as_it_was_signed_or_is_refused() -> None:
    signed = document(signs)
    assert taken(signed, "application/pdf") == signed

    def acts_and_signs(made: pikepdf.Pdf) -> None:
        signs(made)
        opens(made)

    with pytest.raises(FileActive):
        taken(document(acts_and_signs), "application/pdf")
    for more in (b"<html>", malicious_files.archive(payload=b"x")):
        with pytest.raises(FileHoldsMore):
            taken(signed + more, "application/pdf")


def test_a_document_that_was_cut_off_is_not_mended() -> None:
    with pytest.raises(FileMalformed):
        taken(PDF[:-20], "application/pdf")


def test_streams_in_one_another_are_not_read_for_ever() -> None:
    one = b"%d 0 obj\n<< /Length 90000000 >>\nstream\n"
    inside = b"".join(one % number for number in range(10, 3000))
    try:
        kept = taken(malicious_files.pdf(inside), "application/pdf")
    except Refusal:
        return
    assert len(kept) < 2 * len(inside)


@pytest.mark.parametrize("layers", [1, 2])
def test_streams_count_together_and_through_all_that_packs_them(layers: int) -> None:
    content = zlib.compress(b"\0" * 20_000_000, 9)
    names = b"/FlateDecode"
    if layers == 2:
        content, names = zlib.compress(content, 9), b"[/FlateDecode /FlateDecode]"
    stream = b"<< /Length %d /Filter %s >>\nstream\n%s\nendstream\nendobj" % (len(content), names, content)
    many = b"\n".join(b"%d 0 obj\n" % number + stream for number in range(10, 30))
    with pytest.raises(FileTooFull):
        taken(malicious_files.pdf(many), "application/pdf")


def test_a_png_whose_header_lies_about_its_size_costs_nothing() -> None:
    huge = struct.pack(">IIBBBBB", 2_000_000_000, 2, 8, 6, 0, 0, 0)
    with pytest.raises(Refusal):
        taken(malicious_files.png(header=huge), "image/png")
