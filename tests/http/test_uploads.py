"""Every door that takes files refuses those that mean harm, cleans their names, and hands out downloads."""

from __future__ import annotations

import asyncio
import hashlib
import io
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from services.registry import service
from shared.clock import SystemClock
from shared.content import inspection
from shared.processes.pool import Job
from tests.support import malicious_files
from tests.support.malicious_files import LARGEST, PDF, Malicious
from tests.support.system import Answer, System, system
from tests.support.wait import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")
SERVICES = ("partners", "programs", "products")
DOORS = ("evidence", "product", "agreement")


@dataclass
class Doors:
    """A system with something at each of its doors that a file can be handed in to."""

    here: System
    folder: Path
    token: str
    fields: dict[str, dict[str, str]]
    paths: dict[str, str]

    async def send(self, door: str, filename: str, content: bytes, media_type: str) -> Answer:
        """Hand a file in, as the form of a browser would."""
        form = aiohttp.FormData(self.fields[door], quote_fields=False)
        form.add_field("file", io.BytesIO(content), filename=filename, content_type=media_type)
        return await self.here.call("POST", self.paths[door], form, token=self.token)

    def kept(self) -> set[str]:
        """The files that are stored."""
        return {path.name for path in (self.folder / "blobs").rglob("*") if path.is_file()}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def doors(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Doors]:
    """A draft, an agreement without its text, and a partnership that takes evidence."""
    folder = tmp_path_factory.mktemp("uploads")
    async with system(folder, [service(name) for name in SERVICES]) as here:
        partnership, police, village = await here.signed_partnership()
        token = here.representative(police)
        today = SystemClock().now().date()
        agreement = {
            "partnership_id": str(partnership),
            "kind": "mou",
            "number": "B/1",
            "title": "Nota",
            "signed_on": today.isoformat(),
            "in_force_from": today.isoformat(),
            "in_force_until": (today + timedelta(days=99)).isoformat(),
            "signatories": [str(police), str(village)],
        }
        product = {
            "kind": "guidance",
            "partnership_id": str(partnership),
            "phases": ["prevention"],
            "audiences": ["residents"],
            "media": ["electronic"],
            "texts": [{"language": "id", "title": "Ronda", "summary": "Cara", "body": "Berdua."}],
        }

        async def made(path: str, body: Any) -> str:
            async def accepted() -> str:
                answer = await here.call("POST", f"/api/{path}", body, token=token)
                assert answer.status == 201, answer.body  # other services hear of the partnership in time
                found: str = answer.body["id"]
                return found

            found: str = await eventually(accepted)
            return found

        agreed = await made("partners/v1/agreements", agreement)
        paths = {
            "evidence": "/api/programs/v1/evidence",
            "product": f"/api/products/v1/products/{await made('products/v1/products', product)}/files",
            "agreement": f"/api/partners/v1/agreements/{agreed}/file",
        }
        fields = {"evidence": {"partnership_id": str(partnership)}, "product": {}, "agreement": {}}
        yield Doors(here, folder, token, fields, paths)


def expected(door: str, one: Malicious) -> str:
    """The code of the refusal: agreements are PDFs and pictures alone."""
    is_text = one.media_type.startswith("text/") and one.code in ("file-active", "text-not-unicode")
    return "file-type-not-allowed" if door == "agreement" and is_text else one.code


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("one", [one for one in malicious_files.ALL if one.code], ids=lambda one: one.name)
async def test_no_door_keeps_a_file_that_means_harm(doors: Doors, door: str, one: Malicious) -> None:
    before = doors.kept()
    answer = await doors.send(door, "berkas", one.content, one.media_type)
    assert (answer.status, answer.body["type"]) == (422, f"/problems/{expected(door, one)}"), answer.body
    assert answer.body["remedy"]
    assert doors.kept() == before


def get_no_turn(_content: bytes, _media_type: str) -> bytes:
    time.sleep(3600)
    return b""


def find_no_end(_content: bytes, _media_type: str) -> bytes:
    while True:
        pass


@pytest.mark.parametrize(
    ("job", "status", "code"),
    [
        (Job(get_no_turn, within=0.2), 503, "took-too-long"),
        (Job(find_no_end, seconds=0), 422, "file-too-intricate"),
    ],
    ids=["machine", "file"],
)
async def test_a_busy_machine_is_not_laid_to_the_file(
    doors: Doors, monkeypatch: pytest.MonkeyPatch, job: Job, status: int, code: str
) -> None:
    monkeypatch.setattr(inspection, "REWRITE", job)
    before = doors.kept()
    answer = await doors.send("evidence", "bukti.pdf", PDF, "application/pdf")
    assert (answer.status, answer.body["type"]) == (status, f"/problems/{code}")
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert doors.kept() == before


@pytest.mark.parametrize(("given", "kept"), malicious_files.NAMES.items())
async def test_a_name_is_kept_as_a_name_and_nothing_else(doors: Doors, given: str, kept: str) -> None:
    answer = await doors.send("evidence", given, PDF, "application/pdf")
    wanted = kept.format(otherwise="evidence")
    assert (answer.status, answer.body["filename"]) == (201, wanted)
    path = f"{doors.paths['evidence']}/{answer.body['id']}/file"
    file = await doors.here.call("GET", path, token=doors.token)
    assert hashlib.sha256(file.body).hexdigest() == answer.body["sha256"]
    assert len(file.body) == answer.body["size"]
    sent = file.headers["Content-Disposition"]
    assert sent.startswith("attachment; filename*=UTF-8''")
    assert sent.isascii() and not set(sent) & set('\\/"\r\n<>')


async def test_a_file_is_handed_out_as_a_download_that_nothing_runs(doors: Doors) -> None:
    made = await doors.send("evidence", "bukti.pdf", PDF, "application/pdf")
    path = f"{doors.paths['evidence']}/{made.body['id']}/file"
    file = await doors.here.call("GET", path, token=doors.token)
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in file.headers["Content-Security-Policy"]
    assert file.headers["Content-Type"] == "application/pdf"
    assert "private" in file.headers["Cache-Control"] or "no-store" in file.headers["Cache-Control"]


async def test_a_stored_file_has_no_path_but_that_of_its_thing(doors: Doors) -> None:
    """Knowing a file's hash opens nothing: the hash is public, the way to the content asks who comes."""
    made = await doors.send("evidence", "bukti.pdf", PDF, "application/pdf")
    sha256 = made.body["sha256"]
    for path in (
        f"/api/programs/v1/archive/files/{sha256}",
        f"/api/programs/v1/evidence/{sha256}/file",
        f"/blobs/sha256/{sha256[:2]}/{sha256[2:]}",
        f"/static/../../blobs/sha256/{sha256[:2]}/{sha256[2:]}",
        f"/static/%2e%2e/%2e%2e/blobs/sha256/{sha256[:2]}/{sha256[2:]}",
    ):
        for token in (None, doors.token):
            answer = await doors.here.call("GET", path, token=token)
            assert answer.status in (401, 403, 404, 422), (path, answer.status)
    nobody = await doors.here.call("GET", f"{doors.paths['evidence']}/{made.body['id']}/file")
    assert nobody.status in (401, 404)


async def test_a_file_of_undeclared_length_is_cut_off(doors: Doors) -> None:
    """Sent in chunks, without a Content-Length, and without end."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
        yield head + b"Content-Type: text/plain\r\n\r\n"
        while sent < 4 * LARGEST:
            sent += 64 * 1024
            yield b"a" * 64 * 1024

    headers = {"Content-Type": "multipart/form-data; boundary=x", "Authorization": f"Bearer {doors.token}"}
    url = doors.here.url + doors.paths["product"]
    try:
        async with doors.here.session.post(url, data=endless(), headers=headers) as answer:
            assert answer.status == 413
    except (aiohttp.ClientConnectionError, asyncio.IncompleteReadError):
        pass  # the server has hung up while more was being sent
    assert sent < 4 * LARGEST


@pytest.mark.parametrize("length", [11 * 1024 * 1024 + 1, 10**12, 10**30])
async def test_a_declared_length_beyond_the_limit_is_refused(doors: Doors, length: int) -> None:
    port = int(doors.here.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST {doors.paths['product']} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {doors.token}\r\n"
    head += f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\n\r\n"
    writer.write(head.encode() + b"x" * 12 * 1024 * 1024)
    answer = await asyncio.wait_for(reader.readline(), 10)
    assert answer.split()[1] in (b"413", b"400")
    writer.close()
