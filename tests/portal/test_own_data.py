"""What is held about oneself and how one leaves, on the pages, with the doors of all services."""

from __future__ import annotations

import json
from pathlib import Path

from services.registry import NAMES, service
from shared.clock import MovableClock
from shared.service_names import WITH_DATA
from tests.identity.world import GOOD, founded
from tests.portal.reader import Reader
from tests.support.system import system


async def test_whoever_leaves_takes_along_what_is_held_and_leaves_nothing(tmp_path: Path) -> None:
    async with system(tmp_path, [service(name) for name in NAMES], clock=MovableClock()) as here:
        office = await founded(here)
        await office.account("ani", "coordinator", email="ani@example.org")
        reader = Reader(here)
        await reader.sign_in()
        assert 'action="/account/data?lang=en"' in (await reader.open("/account")).text
        got = await reader.send("/account/data")
        assert got.status == 200
        file = json.loads(got.text)
        assert {name: file[name]["service"] for name in WITH_DATA} == {name: name for name in WITH_DATA}
        assert "ani@example.org" in json.dumps(file["identity"]["held"])
        assert (await reader.send("/account/erase", password=GOOD)).status == 303
        assert (await reader.sign_in()).status == 401
        assert not (await office.get("/accounts?q=ani", by=office.administrator)).body["items"]
