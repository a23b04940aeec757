"""Evidence is uploaded by a party, known by its hash, and read by those who work in its partnership."""

from __future__ import annotations

import hashlib
from uuid import uuid4

import aiohttp
import pytest

from tests.programs.world import BASE, act, approved, signed, stranger, upload
from tests.support.system import System

CONTENT = b"a,b\r\n1,2\r\n"


async def test_evidence_is_kept_under_its_hash_and_handed_to_parties(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    evidence = (await upload(here, partnership.id, partnership.police, CONTENT)).body
    assert evidence["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert (evidence["size"], evidence["stage_id"]) == (len(CONTENT), None)
    await act(here, program, 1, "start", partnership.police)
    await act(here, program, 1, "submit", partnership.police, {"evidence": [evidence["id"]]})
    stage = program["stages"][0]["id"]
    listed = await here.call("GET", f"{BASE}/stages/{stage}/evidence")
    assert [(item["sha256"], item["stage_id"]) for item in listed.body["items"]] == [
        (evidence["sha256"], stage)
    ]
    path = f"{BASE}/evidence/{evidence['id']}/file"
    for party in (partnership.village, partnership.school):
        file = await here.call("GET", path, token=here.representative(party))
        assert (file.status, file.body) == (200, CONTENT)
        assert file.headers["Content-Disposition"] == "attachment; filename*=UTF-8''bukti%20kerja.csv"
        assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert (await here.call("GET", path)).status == 401
    assert (await here.call("GET", path, token=here.representative(uuid4()))).status == 404
    unknown = f"{BASE}/evidence/{uuid4()}/file"
    assert (await here.call("GET", unknown, token=here.representative(partnership.police))).status == 404


async def test_evidence_has_a_timeline_for_its_parties_and_for_all_once_it_shows_a_stage(
    here: System,
) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    evidence = (await upload(here, partnership.id, partnership.police, CONTENT)).body
    path = f"{BASE}/evidence/{evidence['id']}/timeline"
    for token in (None, stranger(here), here.representative(uuid4())):
        answer = await here.call("GET", path, token=token)
        assert (answer.status, answer.body["type"]) == (404, "/problems/unknown-aggregate")
    (uploaded,) = (await here.call("GET", path, token=here.representative(partnership.village))).body
    assert uploaded["event"] == "evidence-uploaded.v1"
    assert uploaded["data"] == {
        "evidence_id": evidence["id"],
        "partnership_id": str(partnership.id),
        "organisation_id": str(partnership.police),
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "size": len(CONTENT),
        "media_type": "text/csv",
    }
    await act(here, program, 1, "start", partnership.police)
    await act(here, program, 1, "submit", partnership.police, {"evidence": [evidence["id"]]})
    assert (await here.call("GET", path)).body == [uploaded]
    assert (await here.call("GET", f"{BASE}/evidence/{uuid4()}/timeline")).status == 404


async def test_the_evidence_of_no_stage_is_unknown(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    empty = await here.call("GET", f"{BASE}/stages/{program['stages'][0]['id']}/evidence")
    assert (empty.status, empty.body) == (200, {"items": [], "next": None})
    unknown = await here.call("GET", f"{BASE}/stages/{uuid4()}/evidence")
    assert (unknown.status, unknown.body["type"]) == (404, "/problems/unknown-aggregate")


async def test_all_evidence_of_a_partnership_is_listed_for_its_parties(here: System) -> None:
    partnership = await signed(here)
    ids = [
        (await upload(here, partnership.id, by, content)).body["id"]
        for by, content in ((partnership.police, b"satu\n"), (partnership.village, b"dua\n"))
    ]
    path = f"{BASE}/evidence?partnership_id={partnership.id}"
    listed = await here.call("GET", path, token=here.representative(partnership.village))
    assert [item["id"] for item in listed.body["items"]] == ids
    page = await here.call("GET", f"{path}&limit=1", token=here.representative(partnership.village))
    rest = f"{path}&cursor={page.body['next']}"
    after = await here.call("GET", rest, token=here.representative(partnership.village))
    assert [item["id"] for item in after.body["items"]] == ids[1:]
    for token in (here.representative(uuid4()), stranger(here)):
        answer = await here.call("GET", path, token=token)
        assert (answer.status, answer.body["type"]) == (404, "/problems/unknown-aggregate")
    assert (await here.call("GET", path)).status == 401


@pytest.mark.parametrize(
    ("filename", "kept"),
    [
        ("../../etc/passwd", "passwd.csv"),
        ("a\tb.csv", "ab.csv"),
        ("x" * 300, "x" * 196 + ".csv"),
        ("\t", "evidence.csv"),
    ],
)
async def test_a_files_name_is_a_name_and_nothing_else(here: System, filename: str, kept: str) -> None:
    partnership = await signed(here)
    form = aiohttp.FormData({"partnership_id": str(partnership.id)}, quote_fields=False)
    form.add_field("file", CONTENT, filename=filename, content_type="text/csv")
    answer = await here.call("POST", f"{BASE}/evidence", form, token=here.representative(partnership.police))
    assert (answer.status, answer.body["filename"]) == (201, kept)


async def test_evidence_of_a_wrong_kind_or_of_a_stranger_is_refused(here: System) -> None:
    partnership = await signed(here)

    async def sent(token: str | None, about: object = partnership.id, content: bytes = CONTENT) -> str:
        form = aiohttp.FormData({"partnership_id": str(about)})
        kind = "text/csv" if content is CONTENT else "application/pdf"
        form.add_field("file", content, filename="x", content_type=kind)
        answer = await here.call("POST", f"{BASE}/evidence", form, token=token)
        refusal: str = answer.body["type"]
        return refusal

    police = here.representative(partnership.police)
    assert await sent(police, content=b"MZ\x90\x00") == "/problems/file-type-mismatch"
    assert await sent(None) == "/problems/sign-in-first"
    assert await sent(here.token("coordinator")) == "/problems/role-missing"
    assert await sent(here.representative(uuid4())) == "/problems/not-a-party"
    assert await sent(here.representative(partnership.school)) == "/problems/not-a-party"
    assert await sent(police, uuid4()) == "/problems/unknown-partnership"
    assert await sent(police, "satu") == "/problems/invalid-request"
