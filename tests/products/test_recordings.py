"""Sound and film of a product: sent, kept, and served in the ranges that players ask for."""

from __future__ import annotations

import io

import pytest

from shared.http import files
from tests.products.world import World
from tests.support.recordings import SECRETS, recording


async def kept(world: World) -> str:
    """The address of a spot in a published product."""
    product = await world.drafted()
    sent = await world.upload(product, recording("mp3", "libmp3lame"), "siaran.mp3", "audio/mpeg")
    assert sent.status == 201, sent.body
    await world.publish(product)
    (file,) = sent.body["versions"][0]["files"]
    assert (file["media_type"], file["filename"]) == ("audio/mpeg", "siaran.mp3")
    download: str = file["download"]
    return download


async def test_a_recording_is_served_in_ranges(world: World) -> None:
    where = await kept(world)
    whole = await world.call("GET", where)
    assert (whole.status, whole.headers["Accept-Ranges"]) == (200, "bytes")
    assert not [secret for secret in SECRETS if secret in whole.body]
    size, tag = len(whole.body), whole.headers["ETag"]
    for asked, start, stop in (
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, size),
        ("bytes=-50", size - 50, size),
        (f"bytes={size - 1}-{size + 500}", size - 1, size),
        (f"bytes=-{size + 500}", 0, size),
    ):
        part = await world.call("GET", where, Range=asked)
        assert (part.status, part.body) == (206, whole.body[start:stop]), asked
        assert part.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{size}"
        assert part.headers["Content-Length"] == str(stop - start)
    for ignored in ("bytes=0-1,5-9", "bytes=9-1", "lines=0-1", "bytes=-", "bytes=", "bytes=a-b"):
        assert (await world.call("GET", where, Range=ignored)).status == 200, ignored
    for outside in (f"bytes={size}-", "bytes=-0", f"bytes={10**17}-"):
        refused = await world.call("GET", where, Range=outside)
        assert (refused.status, refused.body["type"]) == (416, "/problems/range-not-satisfiable"), outside
        assert refused.headers["Content-Range"] == f"bytes */{size}"
    sheet = await world.drafted()
    table = b"rt,kejadian\n" + b"01,3\n" * 2000
    sent = await world.upload(sheet, table, "angka.csv", "text/csv")
    await world.publish(sheet)
    (file,) = sent.body["versions"][0]["files"]
    part = await world.call("GET", file["download"], Range="bytes=2000-7999", Accept_Encoding="gzip")
    assert (part.status, part.body) == (206, table[2000:8000])
    assert "Content-Encoding" not in part.headers, "positions are those of the bytes as they are"
    same = await world.call("GET", where, Range="bytes=0-99", If_Range=tag)
    assert same.status == 206
    other = await world.call("GET", where, Range="bytes=0-99", If_Range='"another"')
    assert (other.status, other.body) == (200, whole.body)


async def test_sound_and_film_may_be_larger_than_documents(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = recording("mp4", "aac", "libx264")
    monkeypatch.setattr(files, "LARGEST", 100)
    monkeypatch.setattr(files, "LARGEST_RECORDING", len(clip))
    product = await sqlite_world.drafted()
    assert (await sqlite_world.upload(product, clip, "klip.mp4", "video/mp4")).status == 201
    longer = await sqlite_world.upload(product, io.BytesIO(clip + b"\0"), "klip.mp4", "video/mp4")
    document = await sqlite_world.upload(product, b"x" * 101, "a.txt", "text/plain")
    for refused, limit in ((longer, len(clip)), (document, 100)):
        assert (refused.status, refused.body["type"]) == (422, "/problems/file-too-large")
        assert str(limit) in refused.body["detail"]
