"""A representative judges on one page what other parties did for a programme."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
import pytest_asyncio
from lxml import html  # type: ignore[import-untyped]

from services.portal.queries import reader
from services.registry import NAMES, service
from shared.clock import MovableClock
from tests.identity.world import founded
from tests.portal.reader import Got, Reader
from tests.portal.world import PARTNERS, PROGRAMS, World, day, unknown
from tests.support.system import system
from tests.support.wait import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")
POLICE, VILLAGE = 0, 1
FILE = b"a,b\r\n1,2\r\n"
"""The file that the first stage was accepted with."""


@dataclass
class Judging:
    """A running programme, and the browsers of two parties' representatives."""

    world: World
    village: Reader
    police: Reader

    @property
    def path(self) -> str:
        """The page."""
        return f"/programs/{self.world.program}/review"

    async def shown(self, by: Reader | None = None) -> str:
        """What stands on the page, in English."""
        got = await (by or self.village).open(f"{self.path}?lang=en")
        assert got.status == 200, got.text
        return text_of(got)

    async def public(self) -> str:
        """What everybody reads on the page of the programme."""
        return text_of(await Reader(self.world.here).open(f"/programs/{self.world.program}?lang=en"))

    async def press(self, below: str, act: str, by: Reader | None = None, **typed: str) -> Got:
        """Send the form of an act, which must be on the page."""
        browser, address = by or self.village, f"{self.path}/{below}/{act}"
        page = html.fromstring((await browser.open(f"{self.path}?lang=en")).text)
        assert [form for form in page.forms if form.action.startswith(f"{address}?")], address
        return await browser.send(f"{address}?lang=en", None, **typed)

    async def measured(self, value: float) -> tuple[str, dict[str, Any]]:
        """A new indicator that the police measured: where its measurement is judged, and the indicator."""
        body: dict[str, Any] = {
            "program_id": self.world.program,
            "title": f"Ukuran {value:g}",
            "result": "outcome",
            "measure": "unit",
        }
        indicator = await self.world.made(f"{PROGRAMS}/indicators", body, POLICE)
        path = f"{PROGRAMS}/indicators/{indicator['id']}/periods"
        period = {"starts": day(-30), "ends": day(-1), "target": 10}
        indicator = await self.world.made(path, period, POLICE)
        body = {"value": value, "on": day(0), "source": "Buku jaga"}
        path = f"{path}/{indicator['periods'][0]['id']}/measurements"
        indicator = await self.world.made(path, body, POLICE)
        measurement = indicator["periods"][0]["actual"]["id"]
        return f"indicators/{indicator['id']}/measurements/{measurement}", indicator


def text_of(got: Got) -> str:
    """What stands on a page, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", got.text)).split())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judging(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Judging]:
    """Every service, and the work of a partnership."""
    clock = MovableClock()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reader, "SECONDS", 60.0)
        async with system(
            tmp_path_factory.mktemp("review"), [service(name) for name in NAMES], clock=clock
        ) as here:
            world = World(here, clock)
            office = await founded(here)
            await world.registry()
            await world.work()
            village = await world.signed_in(office, "rina", VILLAGE)
            yield Judging(world, village, await world.signed_in(office, "budi", POLICE))


async def test_only_a_signed_in_visitor_reaches_the_page_and_only_a_representative_sees_the_way(
    judging: Judging,
) -> None:
    nobody = Reader(judging.world.here)
    away = await nobody.open(judging.path)
    assert (away.status, away.headers["Location"].partition("?")[0]) == (303, "/sign-in")
    way = f'href="{judging.path}?lang=en"'
    assert way not in (await nobody.open(f"/programs/{judging.world.program}?lang=en")).text
    assert way in (await judging.village.open(f"/programs/{judging.world.program}?lang=en")).text
    missing = await judging.village.open(f"/programs/{unknown()}/review")
    other_act = await judging.village.send(f"{judging.path}/contributions/{unknown()}/praise")
    assert (missing.status, other_act.status) == (404, 404)


async def test_the_page_of_a_partnership_says_who_holds_the_accounts_of_its_parties(
    judging: Judging,
) -> None:
    world = judging.world
    page = f"/partnerships/{world.partnership}"
    own = [
        f"Accounts held by its own workspace, {world.here.workspace(party)}." for party in world.bodies[:2]
    ]

    async def is_shown() -> bool:
        shown = await world.text(page)
        return all(words in shown for words in own)

    await eventually(is_shown)
    assert "which registered the organisation." in await world.text(page), (
        "of the third party nothing was told"
    )
    assert "count as one party" not in await world.text(page)
    assert f"Akun dipegang ruang kerjanya sendiri, {world.here.workspace(world.bodies[0])}." in (
        await world.text(page, "id")
    )
    bare = await world.text(f"/partnerships/{world.bare}")
    assert "count as one party" not in bare


async def test_parties_whose_accounts_one_agency_holds_are_named_together(judging: Judging) -> None:
    world = judging.world
    bodies = [
        await world.here.organisation("Polsek Satu", "police"),
        await world.here.organisation("RW Dua", "community"),
    ]
    parties = [
        {"organisation_id": str(body), "role": role, "contributes": "ronda", "gains": "aman"}
        for body, role in zip(bodies, ("lead", "member"), strict=True)
    ]
    terms = {"title": "Dua RW", "area": "35.15", "problem": "pencurian", "parties": parties}
    made = await world.made(f"{PARTNERS}/partnerships", terms)
    base = f"{PARTNERS}/partnerships/{made['id']}"
    charter = {"vision": "Aman", "mission": "Mencegah", "means": ["act"]}
    await world.made(f"{base}/charter", charter, token=world.here.representative(bodies[0]))
    for body in bodies:
        token = world.here.representative(body)
        await world.made(f"{base}/signatures", {"charter_version": 1}, token=token)
    page = await world.text(f"/partnerships/{made['id']}")
    assert "holds the accounts of Polsek Satu, RW Dua: they count as one party" in page


async def test_a_stage_is_accepted_by_who_was_told_that_its_file_was_evidence_before(
    judging: Judging,
) -> None:
    world = judging.world
    program = await world.made(f"{PROGRAMS}/programs/{world.program}", method="GET")
    stage = program["stages"][1]["id"]
    path = f"{PROGRAMS}/programs/{world.program}/stages/{stage}"
    await world.made(f"{path}/start", {}, VILLAGE)
    form = aiohttp.FormData({"partnership_id": world.partnership}, quote_fields=False)
    form.add_field("file", FILE, filename="lagi.csv", content_type="text/csv")
    file = await world.made(f"{PROGRAMS}/evidence", form, VILLAGE)
    await world.made(f"{path}/submit", {"evidence": [file["id"]]}, VILLAGE)
    before = "This file was evidence before: Malam tanpa balap liar , Tahap 1"
    assert before in await judging.shown(judging.police)
    own = await judging.press(f"stages/{stage}", "accept")
    assert own.status == 403
    assert "Your organisation submitted stage 2, so another party must judge it." in text_of(own)
    back = await judging.press(f"stages/{stage}", "return", judging.police, reason="")
    assert (back.status, 'aria-invalid="true"' in back.text) == (422, True)
    accepted = await judging.press(f"stages/{stage}", "accept", judging.police)
    assert (accepted.status, "done=accept" in accepted.headers["Location"]) == (303, True)
    assert "No stage is waiting." in await judging.shown(judging.police)
    assert "1 was evidence of an earlier stage" in await judging.public()


async def test_a_measurement_is_verified_or_disputed_with_a_public_reason(judging: Judging) -> None:
    path, indicator = await judging.measured(7)
    assert "Measured by Polresta Contoh" in await judging.shown()
    assert "measured by Polresta Contoh, not yet verified by another party" in await judging.public()
    assert (await judging.press(path, "verify")).status == 303
    assert "verified by Forum Desa Contoh on" in await judging.public()
    assert indicator["title"] not in await judging.shown()
    path, _ = await judging.measured(8)
    reason = f"Buku jaga mencatat lebih banyak ({uuid4()})."
    assert (await judging.press(path, "dispute", reason=reason)).status == 303
    assert f"disputed by Forum Desa Contoh: {reason}" in await judging.public()
    timeline = f"{PROGRAMS}/{path.partition('/measurements')[0]}/timeline"
    happened = (await judging.world.call("GET", timeline)).body
    assert happened[-1]["event"] == "measurement-disputed.v1"


async def test_a_contribution_is_verified_by_another_party(judging: Judging) -> None:
    given = {"program_id": judging.world.program, "kind": "time", "amount": 3, "unit": "hour", "value": 0}
    made = await judging.world.made(
        f"{PROGRAMS}/contributions", given | {"on": day(0), "note": "Jaga pos"}, POLICE
    )
    assert "Jaga pos" in await judging.shown()
    assert (await judging.press(f"contributions/{made['id']}", "verify")).status == 303
    assert "No contribution is waiting." in await judging.shown()


async def test_an_activity_is_confirmed_or_disputed_by_another_party(judging: Judging) -> None:
    world = judging.world
    assert "Kelas keselamatan" in await judging.shown()
    assert (await judging.press(f"activities/{world.activity}", "confirm")).status == 303
    assert "confirmed by Forum Desa Contoh" in await judging.public()
    body = {
        "program_id": world.program,
        "title": "Kelas kedua",
        "means": "educate",
        "intensity": 1,
        "phase": "prevention",
        "area": "35.15",
        "on": day(0),
        "reached": 12,
        "audience": "remaja",
    }
    second = await world.made(f"{PROGRAMS}/activities", body, POLICE)
    reason = "Sekolah libur hari itu."
    disputed = await judging.press(f"activities/{second['id']}", "dispute", reason=reason)
    assert disputed.status == 303
    assert f"disputed by Forum Desa Contoh: {reason}" in await judging.public()
    assert "No activity is waiting." in await judging.shown()
