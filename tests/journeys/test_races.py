"""Twenty who do the same thing in the same moment: it happens once, and the others are told so."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
import pytest_asyncio

from services.registry import service
from tests.support.postgres import Postgres
from tests.support.system import Answer, System, system
from tests.support.wait import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")
SERVICES = ("partners", "programs", "products")
PARTNERS, PROGRAMS, PRODUCTS = (f"/api/{name}/v1" for name in SERVICES)
RUNNERS = 20


@dataclass(frozen=True)
class Field:
    """A system with a signed partnership that every service has heard of."""

    here: System
    partnership: str
    police: UUID
    village: UUID

    @property
    def today(self) -> str:
        """The day in Sidoarjo."""
        return self.here.clock.now().astimezone(self.here.settings.time_zone).date().isoformat()

    async def post(self, path: str, body: Any, by: UUID | None, **headers: str) -> Answer:
        """One act for an organisation, or as a coordinator."""
        token = self.here.representative(by) if by else self.here.token("coordinator")
        # Each on a connection of its own, so that none waits for, or is cut off with, an older one.
        return await self.here.call("POST", path, body, token=token, Connection="close", **headers)

    async def made(self, path: str, body: Any = None, by: UUID | None = None) -> dict[str, Any]:
        """An act that is accepted, once the service knows of the partnership."""

        async def accepted() -> dict[str, Any]:
            answer = await self.post(path, body, by)
            assert answer.status in (200, 201), answer.body
            found: dict[str, Any] = answer.body
            return found

        answer: dict[str, Any] = await eventually(accepted)
        return answer

    async def happened(self, path: str) -> Counter[str]:
        """How often each event is on a timeline."""
        token = self.here.representative(self.police)
        answer = await self.here.call("GET", f"{path}/timeline", token=token, Connection="close")
        assert answer.status == 200, answer.body
        return Counter(event["event"].partition(".")[0] for event in answer.body)

    async def race(self, *acts: tuple[str, Any], by: UUID | None) -> Answer:
        """Send the acts in turn, twenty together; exactly one of them is done, the others are refused."""
        runners = [acts[number % len(acts)] for number in range(RUNNERS)]
        answers = await asyncio.gather(*(self.post(path, body, by) for path, body in runners))
        done = [answer for answer in answers if answer.status in (200, 201)]
        refused = {answer.status for answer in answers if answer not in done}
        assert (len(done), refused) == (1, {409}), Counter(answer.status for answer in answers)
        return done[0]


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["sqlite", "postgresql"])
async def field(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Field]:
    """The registry, the programmes and the products on either database."""
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_databases(SERVICES)
    folder: Path = tmp_path_factory.mktemp("races")
    async with system(folder, [service(name) for name in SERVICES], url) as here:
        partnership, police, village = await here.signed_partnership()
        yield Field(here, str(partnership), police, village)


async def submitted(field: Field) -> tuple[str, str]:
    """A programme and the path of its stage, which the police have submitted."""
    stages = [{"title": "Satu", "responsible": str(field.police), "phase": None}]
    plan = {"title": "Malam aman", "objectives": ["Aman"], "stages": stages}
    body = plan | {"partnership_id": field.partnership}
    program = await field.made(f"{PROGRAMS}/programs", body, field.police)
    path = f"{PROGRAMS}/programs/{program['id']}"
    await field.made(f"{path}/endorse", {"revision": 1}, field.village)
    stage = f"{path}/stages/{program['stages'][0]['id']}"
    await field.made(f"{stage}/start", None, field.police)
    form = aiohttp.FormData({"partnership_id": field.partnership}, quote_fields=False)
    form.add_field("file", f"{uuid4()}\n".encode(), filename="bukti.csv", content_type="text/csv")
    file = await field.post(f"{PROGRAMS}/evidence", form, field.police)
    assert file.status == 201, file.body
    await field.made(f"{stage}/submit", {"evidence": [file.body["id"]]}, field.police)
    return path, stage


async def given(field: Field) -> tuple[str, dict[str, Any]]:
    """A programme, and a contribution to it that can be recorded."""
    path, _ = await submitted(field)
    gift = {"kind": "time", "amount": 1, "unit": "hour", "value": 1000, "on": field.today}
    return path, gift | {"program_id": path.rpartition("/")[2]}


async def test_a_charter_is_signed_once_by_each_party(field: Field) -> None:
    roles = ((field.police, "lead"), (field.village, "member"))
    parties = [
        {"organisation_id": str(organisation), "role": role, "contributes": "waktu", "gains": "aman"}
        for organisation, role in roles
    ]
    body = {"title": "Aman lagi", "area": "35.15", "problem": "balap liar", "parties": parties}
    partnership = await field.made(f"{PARTNERS}/partnerships", body)
    path = f"{PARTNERS}/partnerships/{partnership['id']}"
    charter = {"vision": "Aman", "mission": "Mencegah", "means": ["act"]}
    await field.made(f"{path}/charter", charter, field.police)
    for organisation in (field.police, field.village):
        await field.race((f"{path}/signatures", {"charter_version": 1}), by=organisation)
    happened = await field.happened(path)
    assert (happened["charter-endorsed"], happened["partnership-signed"]) == (2, 1)


async def test_a_promise_is_confirmed_once(field: Field) -> None:
    promise = {
        "partnership_id": field.partnership,
        "title": "Lampu jalan",
        "mandate": "ease",
        "due_on": (field.here.clock.now() + timedelta(days=9)).date().isoformat(),
    }
    made = await field.made(f"{PARTNERS}/commitments", promise, field.village)
    path = f"{PARTNERS}/commitments/{made['id']}"
    await field.race((f"{path}/confirm", {"note": "Menyala"}), by=field.police)
    assert (await field.happened(path))["commitment-kept"] == 1


async def test_a_stage_is_accepted_once(field: Field) -> None:
    program, stage = await submitted(field)
    await field.race((f"{stage}/accept", None), by=field.village)
    assert (await field.happened(program))["stage-completed"] == 1


async def test_a_stage_is_accepted_or_returned(field: Field) -> None:
    program, stage = await submitted(field)
    acts = (f"{stage}/accept", None), (f"{stage}/return", {"reason": "Kurang"})
    done = await field.race(*acts, by=field.village)
    happened = await field.happened(program)
    told = {"completed": happened["stage-completed"], "returned": happened["stage-returned"]}
    state = done.body["stages"][0]["state"]
    assert told == {"completed": 0, "returned": 0} | {state: 1}


async def test_a_contribution_is_verified_or_disputed(field: Field) -> None:
    _, gift = await given(field)
    made = await field.made(f"{PROGRAMS}/contributions", gift, field.police)
    path = f"{PROGRAMS}/contributions/{made['id']}"
    acts = (f"{path}/verify", None), (f"{path}/dispute", {"reason": "Bukan begitu"})
    done = await field.race(*acts, by=field.village)
    happened = await field.happened(path)
    told = {"verified": happened["contribution-verified"], "disputed": happened["contribution-disputed"]}
    assert told == {"verified": 0, "disputed": 0} | {done.body["state"]: 1}


async def test_a_product_is_approved_once_by_each_party_and_published_once(field: Field) -> None:
    draft = {
        "kind": "guidance",
        "partnership_id": field.partnership,
        "phases": ["prevention"],
        "audiences": ["residents"],
        "media": ["electronic"],
        "texts": [{"language": "id", "title": "Ronda", "summary": "Cara", "body": "Berdua."}],
    }
    made = await field.made(f"{PRODUCTS}/products", draft, field.police)
    path = f"{PRODUCTS}/products/{made['id']}"
    await field.made(f"{path}/submit", None, field.police)
    for organisation in (field.police, field.village):
        await field.race((f"{path}/approve", None), by=organisation)
    await field.race((f"{path}/publish", None), by=field.police)
    happened = await field.happened(path)
    assert (happened["product-approved"], happened["product-published"]) == (2, 1)


async def test_what_is_sent_again_and_again_under_one_key_is_done_once(field: Field) -> None:
    program, gift = await given(field)
    path, key = f"{PROGRAMS}/contributions", {"Idempotency_Key": str(uuid4())}
    answers = await asyncio.gather(*(field.post(path, gift, field.police, **key) for _ in range(RUNNERS)))
    first = [
        answer for answer in answers if answer.status == 201 and "Idempotency-Replayed" not in answer.headers
    ]
    assert len(first) == 1
    for answer in answers:
        assert answer.status == 409 or answer.body == first[0].body, answer.body
    listed = await field.here.call(
        "GET", f"{path}?program_id={program.rpartition('/')[2]}", Connection="close"
    )
    assert [item["id"] for item in listed.body["items"]] == [first[0].body["id"]]
