"""Sound and film are kept without what was written beside them, in formats that telephones play."""

from __future__ import annotations

import io
from pathlib import Path

import av
import pytest

from shared.content.kinds import RECORDINGS, kind_of
from shared.content.rewriting import rewrite_file
from shared.refusal import Refusal
from tests.support.recordings import SECRETS, recording

ACCEPTED = [
    ("spot.mp3", "audio/mpeg", ("mp3", "libmp3lame", ""), ["mp3"]),
    ("spot.ogg", "audio/ogg", ("ogg", "libopus", ""), ["opus"]),
    ("spot.m4a", "audio/mp4", ("ipod", "aac", ""), ["aac"]),
    ("spot.m4a", "audio/mp4", ("mp4", "aac", ""), ["aac"]),
    ("clip.mp4", "video/mp4", ("mp4", "aac", "libx264"), ["h264", "aac"]),
    ("clip.mp4", "video/mp4", ("mp4", "", "libx264"), ["h264"]),
    ("clip.webm", "video/webm", ("webm", "libopus", "libvpx-vp9"), ["vp9", "opus"]),
]


def codecs(content: bytes) -> list[str]:
    """The codecs of a recording, its film first."""
    with av.open(io.BytesIO(content)) as opened:
        return [stream.codec_context.codec.canonical_name for stream in opened.streams]


def outcome(content: bytes, media_type: str) -> list[str] | str:
    """The codecs of what is kept, or the code of the refusal."""
    try:
        return codecs(rewrite_file(content, media_type))
    except Refusal as refusal:
        return refusal.code


def packets(content: bytes) -> list[bytes]:
    """What is played, stream by stream."""
    with av.open(io.BytesIO(content), "r") as opened:
        read = sorted(
            (packet.stream_index, packet.dts or 0, bytes(packet)) for packet in opened.demux() if packet.size
        )
    return [content for _, _, content in read]


@pytest.mark.parametrize(("name", "media_type", "made", "kept"), ACCEPTED)
def test_a_recording_is_kept_without_what_was_written_beside_it(
    name: str, media_type: str, made: tuple[str, str, str], kept: list[str]
) -> None:
    sent = recording(*made)
    assert any(secret in sent for secret in SECRETS)
    assert kind_of(sent[:1024], name, "application/octet-stream", RECORDINGS) == media_type
    rewritten = rewrite_file(sent, media_type)
    assert not [secret for secret in SECRETS if secret in rewritten]
    assert codecs(rewritten) == kept
    assert packets(rewritten) == packets(sent)
    assert rewrite_file(sent, media_type) == rewritten, "the same bytes each time"
    assert packets(rewrite_file(rewritten, media_type)) == packets(sent)


def test_what_comes_after_its_end_is_left_out() -> None:
    for media_type, sent in (
        ("audio/mpeg", recording("mp3", "libmp3lame")),
        ("video/mp4", recording("mp4", "aac", "libx264")),
        ("video/webm", recording("webm", "libopus", "libvpx-vp9")),
    ):
        assert b"PK\x03\x04" not in rewrite_file(sent + b"PK\x03\x04" + b"\0" * 2000, media_type)


def test_what_was_trimmed_on_the_telephone_is_accepted() -> None:
    """Its edit list leaves samples out that are still in the file."""
    trimmed = bytearray(recording("mp4", "aac", "libx264"))
    place = trimmed.find(b"elst")
    while place >= 0:
        duration = int.from_bytes(trimmed[place + 12 : place + 16])
        trimmed[place + 12 : place + 16] = (duration // 2).to_bytes(4)
        place = trimmed.find(b"elst", place + 4)
    assert codecs(rewrite_file(bytes(trimmed), "video/mp4")) == ["h264", "aac"]


def test_a_recording_whose_end_was_cut_off_is_refused(tmp_path: Path) -> None:
    """Its index stands before the samples, as programs write it for the web: only they are missing."""
    (tmp_path / "made.mp4").write_bytes(recording("mp4", "aac", "libx264", seconds=8))
    with (
        av.open(tmp_path / "made.mp4") as source,
        av.open(tmp_path / "web.mp4", "w", options={"movflags": "+faststart"}) as target,
    ):
        copies = {stream.index: target.add_stream_from_template(stream) for stream in source.streams}
        for packet in source.demux():
            if packet.size:
                packet.stream = copies[packet.stream_index]
                target.mux(packet)
    whole = (tmp_path / "web.mp4").read_bytes()
    assert whole.index(b"moov") < whole.index(b"mdat")
    assert outcome(whole, "video/mp4") == ["h264", "aac"]
    for size in range(whole.index(b"mdat") + 8, len(whole) - len(whole) // 4, 400):
        assert outcome(whole[:size], "video/mp4") == "file-malformed", size


REFUSED = [
    ("video/mp4", ("mp4", "aac", "mpeg4", 1), "codec-not-allowed"),
    ("audio/ogg", ("ogg", "flac", "", 1), "codec-not-allowed"),
    ("video/mp4", ("mp4", "aac", "libx264", 2), "file-holds-more"),
    ("audio/mp4", ("mp4", "aac", "libx264", 1), "file-holds-more"),
    ("video/mp4", ("mp4", "aac", "", 1), "file-malformed"),
]


@pytest.mark.parametrize(("media_type", "made", "code"), REFUSED)
def test_what_telephones_do_not_play_is_refused(
    media_type: str, made: tuple[str, str, str, int], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        rewrite_file(recording(*made), media_type)
    assert refused.value.code == code


@pytest.mark.parametrize(("name", "media_type", "made", "kept"), ACCEPTED)
def test_half_of_a_recording_or_noise_is_refused_or_played(
    name: str, media_type: str, made: tuple[str, str, str], kept: list[str]
) -> None:
    sent = recording(*made)
    for broken in (sent[:40], sent[: len(sent) // 2], sent[:12] + b"\xff" * 5000, b"\0" * 5000, b""):
        assert outcome(broken, media_type) in (kept, "file-malformed"), name


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\0\0\0\x14ftypqt  \0\0\0\0", "video/quicktime"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01matroska", "video/x-matroska"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "image/heic"),
    ],
)
def test_what_is_not_accepted_is_named(head: bytes, kind: str) -> None:
    with pytest.raises(Refusal) as refused:
        kind_of(head, "rekaman", kind)
    assert refused.value.params["media_type"] == kind
