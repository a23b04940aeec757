"""A programme's stages are done in order, with evidence, and accepted by another party."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest

from services.partners.service import service as partners
from services.programs.service import service as programs
from tests.support.postgres import Postgres
from tests.support.system import Answer, System, system
from tests.support.wait import eventually

BASE = "/api/programs/v1"


@pytest.fixture(params=["sqlite", "postgresql"])
async def here(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[System]:
    """The registry and the programmes, on either database."""
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_databases(["partners", "programs"])
    async with system(tmp_path, [partners, programs], url) as running:
        yield running


async def approved(here: System) -> tuple[dict[str, Any], UUID, UUID]:
    """A programme of two stages: the first by the police, the second by the village."""
    partnership, police, village = await here.signed_partnership()
    stages = [{"title": "Satu", "responsible": str(police)}, {"title": "Dua", "responsible": str(village)}]
    body = {"partnership_id": str(partnership), "title": "Program", "objective": "Aman", "stages": stages}

    async def answered() -> Answer | None:
        answer = await here.call("POST", f"{BASE}/programs", body, token=here.token("coordinator"))
        return answer if answer.status == 201 else None

    program: Answer = await eventually(answered)
    return program.body, police, village


async def act(
    here: System, program: dict[str, Any], position: int, verb: str, by: UUID, body: Any = None
) -> Answer:
    stage = program["stages"][position - 1]["id"]
    path = f"{BASE}/programs/{program['id']}/stages/{stage}/{verb}"
    return await here.call("POST", path, body, token=here.representative(by))


async def uploaded(
    here: System, program: dict[str, Any], by: UUID, content: bytes = b"a,b\r\n1,2\r\n"
) -> Answer:
    form = aiohttp.FormData({"partnership_id": program["partnership_id"]}, quote_fields=False)
    form.add_field("file", content, filename="bukti kerja.csv", content_type="text/csv")
    return await here.call("POST", f"{BASE}/evidence", form, token=here.representative(by))


async def test_a_stage_completes_with_evidence_and_anothers_acceptance(here: System) -> None:
    program, police, village = await approved(here)
    assert (await act(here, program, 1, "start", police)).status == 200
    evidence = await uploaded(here, program, police)
    assert evidence.status == 201, evidence.body
    submitted = await act(here, program, 1, "submit", police, {"evidence": [evidence.body["id"]]})
    assert submitted.body["stages"][0]["state"] == "submitted"
    own = await act(here, program, 1, "accept", police)
    assert (own.status, own.body["type"]) == (403, "/problems/accepted-by-its-submitter")
    accepted = await act(here, program, 1, "accept", village)
    assert (accepted.body["completed"], accepted.body["stages"][0]["state"]) == (1, "completed")
    listed = await here.call("GET", f"{BASE}/stages/{program['stages'][0]['id']}/evidence")
    assert [one["sha256"] for one in listed.body] == [evidence.body["sha256"]]
    path = f"{BASE}/evidence/{evidence.body['id']}/file"
    file = await here.call("GET", path, token=here.representative(village))
    assert (file.status, file.body) == (200, b"a,b\r\n1,2\r\n")
    assert file.headers["Content-Disposition"] == "attachment; filename*=UTF-8''bukti%20kerja.csv"
    assert (await here.call("GET", path)).status == 404
    assert (await here.call("GET", path, token=here.representative(uuid4()))).status == 404
    assert (await here.call("GET", f"{BASE}/programs")).body["items"][0]["completed"] == 1


async def test_stages_are_done_in_order_by_their_party(here: System) -> None:
    program, police, village = await approved(here)
    early = await act(here, program, 2, "start", village)
    assert (early.status, early.body["type"]) == (409, "/problems/earlier-stage-open")
    wrong = await act(here, program, 1, "start", village)
    assert (wrong.status, wrong.body["type"]) == (403, "/problems/not-the-responsible-party")
    stranger = await act(here, program, 1, "start", uuid4())
    assert stranger.body["type"] == "/problems/not-a-party"
    unstarted = await act(here, program, 1, "accept", village)
    assert (unstarted.status, unstarted.body["type"]) == (409, "/problems/stage-act-impossible")
    assert (await act(here, program, 1, "start", police)).status == 200
    empty = await act(here, program, 1, "submit", police, {"evidence": []})
    assert (empty.status, empty.body["type"]) == (422, "/problems/evidence-missing")
    theirs = await uploaded(here, program, village)
    stolen = await act(here, program, 1, "submit", police, {"evidence": [theirs.body["id"]]})
    assert (stolen.status, stolen.body["type"]) == (404, "/problems/unknown-evidence")
    path = f"{BASE}/programs/{program['id']}/stages/{uuid4()}/start"
    unknown = await here.call("POST", path, token=here.representative(police))
    assert unknown.body["type"] == "/problems/unknown-stage"


async def test_a_returned_stage_is_submitted_again(here: System) -> None:
    program, police, village = await approved(here)
    await act(here, program, 1, "start", police)
    first = await uploaded(here, program, police)
    await act(here, program, 1, "submit", police, {"evidence": [first.body["id"]]})
    returned = await act(here, program, 1, "return", village, {"reason": "Foto belum ada"})
    assert (
        returned.body["stages"][0] | {"state": "returned", "returned_reason": "Foto belum ada"}
        == (returned.body["stages"][0])
    )
    again = await uploaded(here, program, police, b"c,d\r\n")
    await act(here, program, 1, "submit", police, {"evidence": [again.body["id"]]})
    assert (await act(here, program, 1, "accept", village)).body["completed"] == 1


async def test_a_programme_needs_a_signed_partnership_and_its_parties(here: System) -> None:
    program, _, _ = await approved(here)
    stages = [{"title": "Satu", "responsible": str(uuid4())}]
    body = {"partnership_id": program["partnership_id"], "title": "Lain", "objective": "xx", "stages": stages}
    token = here.token("coordinator")
    refused = await here.call("POST", f"{BASE}/programs", body, token=token)
    assert (refused.status, refused.body["type"]) == (422, "/problems/responsible-is-no-party")
    unknown = await here.call(
        "POST", f"{BASE}/programs", body | {"partnership_id": str(uuid4())}, token=token
    )
    assert (unknown.status, unknown.body["type"]) == (404, "/problems/unknown-partnership")
    assert len((await here.call("GET", f"{BASE}/programs")).body["items"]) == 1


async def test_evidence_of_a_wrong_kind_is_refused(here: System) -> None:
    program, police, _ = await approved(here)
    form = aiohttp.FormData({"partnership_id": program["partnership_id"]})
    form.add_field("file", b"MZ\x90\x00", filename="x.pdf", content_type="application/pdf")
    wrong = await here.call("POST", f"{BASE}/evidence", form, token=here.representative(police))
    assert (wrong.status, wrong.body["type"]) == (422, "/problems/file-type-mismatch")
