"""A stored file is whole, and is kept under the hash of its content."""

import hashlib
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import obstore
import pytest
from obstore.store import MemoryStore

from shared import storage
from shared.storage import BlobStore

PDF = b"%PDF-1.7\n" + b"x" * 3_000_000
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100


async def chunks(content: bytes, size: int = 64 * 1024) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blobs with a space"


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, folder: Path) -> BlobStore:
    return BlobStore.at(folder.as_uri()) if request.param == "folder" else BlobStore(MemoryStore())


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_a_file_comes_back_as_it_was_under_its_hash(store: BlobStore) -> None:
    stored = await store.put(chunks(PDF), "application/pdf", max_bytes=5_000_000)
    digest = hashlib.sha256(PDF).hexdigest()
    assert stored.key == f"sha256/{digest[:2]}/{digest[2:]}"
    assert (stored.sha256, stored.size, stored.media_type) == (digest, len(PDF), "application/pdf")
    assert b"".join([part async for part in await store.get(stored.key)]) == PDF


async def test_the_same_content_is_kept_once(folder: Path) -> None:
    store = BlobStore.at(folder.as_uri())
    first = await store.put(chunks(PNG), "image/png", max_bytes=1000)
    second = await store.put(chunks(PNG, 1), "image/png", max_bytes=1000)
    assert first == second
    assert len(files(folder)) == 1


async def test_a_file_that_is_too_large_stops_early_and_leaves_nothing(folder: Path) -> None:
    store = BlobStore.at(folder.as_uri())
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b"%PDF-"
        while True:
            sent += 1
            yield b"x" * 100_000

    with pytest.raises(storage.FileTooLarge) as refused:
        await store.put(endless(), "application/pdf", max_bytes=12_000_000)
    assert refused.value.code == "file-too-large"
    assert sent < 130
    assert files(folder) == []
    exact = await store.put(chunks(PNG), "image/png", max_bytes=len(PNG))
    assert exact.size == len(PNG)


async def test_an_empty_file_is_refused(folder: Path) -> None:
    with pytest.raises(storage.FileEmpty):
        await BlobStore.at(folder.as_uri()).put(chunks(b""), "text/plain", max_bytes=100)
    assert files(folder) == []


async def test_a_broken_upload_leaves_nothing(folder: Path) -> None:
    store = BlobStore.at(folder.as_uri())

    async def broken() -> AsyncIterator[bytes]:
        yield PDF
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await store.put(broken(), "application/pdf", max_bytes=10_000_000)
    assert files(folder) == []


@pytest.mark.parametrize(
    "key", ["sha256/aa/" + "b" * 62, "../../etc/passwd", "", "incoming/x", "sha256/aa/../bb"]
)
async def test_an_unknown_or_crafted_key_is_unknown(store: BlobStore, key: str) -> None:
    with pytest.raises(storage.FileUnknown):
        await store.get(key)


async def test_readiness_sees_a_missing_folder(folder: Path) -> None:
    store = BlobStore.at(folder.as_uri())
    await store.check()
    shutil.rmtree(folder)
    with pytest.raises(PermissionError):
        await store.check()
    await BlobStore(MemoryStore()).check()


async def test_what_a_crash_left_is_swept_after_a_day(store: BlobStore, folder: Path) -> None:
    await obstore.put_async(store._store, "incoming/left", b"half")
    kept = await store.put(chunks(PNG), "image/png", max_bytes=1000)
    assert await store.sweep(datetime.now(UTC)) == 0
    assert await store.sweep(datetime.now(UTC) + timedelta(days=2)) == 1
    assert await store.sweep(datetime.now(UTC) + timedelta(days=2)) == 0
    assert [part async for part in await store.get(kept.key)] == [PNG]


def test_s3_is_opened_by_its_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "ap-southeast-3")
    assert 'prefix="prefix"' in repr(BlobStore.at("s3://bucket/prefix")._store)
