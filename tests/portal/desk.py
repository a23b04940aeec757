"""An agency with somebody for each part to play, for the pages of those who look after it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from services.registry import service
from shared.clock import MovableClock
from tests.identity.world import GOOD, Office, founded
from tests.portal.reader import Got, Reader
from tests.support.system import system
from tests.support.wait import eventually

SERVICES = ("identity", "partners", "portal")
PLAYED = {
    "ani": ("administrator",),
    "citra": ("auditor",),
    "dewi": ("coordinator",),
    "eko": ("resident",),
    "omar": ("operator",),
}


@dataclass
class Desk:
    """The office and a browser for everybody in it; each signs in once."""

    office: Office
    village: str
    readers: dict[str, Reader] = field(default_factory=dict)

    async def reader(self, name: str = "ani") -> Reader:
        """A browser in which somebody is signed in, "" for nobody."""
        if name not in self.readers:
            reader = self.readers[name] = Reader(self.office.system)
            if name:
                assert (await reader.sign_in(name)).status == 303, name
        return self.readers[name]

    async def knows_the_village(self) -> bool:
        """Whether identity has heard by whom the village's organisation was registered."""
        body = {"user_name": "uji", "display_name": "Uji", "organisation_id": self.village}
        by = self.office.administrator
        return (await self.office.post("/accounts", body, by=by, Dry_Run="true")).status == 201

    async def open(self, path: str, by: str = "ani") -> Got:
        """A page, as somebody sees it."""
        return await (await self.reader(by)).open(path)

    async def send(self, path: str, by: str = "ani", **typed: Any) -> Got:
        """A form, as somebody sends it."""
        return await (await self.reader(by)).send(path, **typed)


@asynccontextmanager
async def desk_in(folder: Path) -> AsyncIterator[Desk]:
    """A running agency with its people."""
    async with system(folder, [service(name) for name in SERVICES], clock=MovableClock()) as here:
        office = await founded(here)
        village = str(await here.organisation("Forum Desa Contoh", "community"))
        operator = here.token("administrator", "operator", person="host")
        for name, roles in PLAYED.items():
            body = {"user_name": name, "display_name": f"Orang {name}", "roles": list(roles)}
            made = await office.made("/accounts", body, by=operator)
            await office.made("/links/use", {"secret": made["secret"], "password": GOOD})
        desk = Desk(office, village)
        await eventually(desk.knows_the_village)
        yield desk


def text_of(got: Got) -> str:
    """What stands on a page, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", got.text)).split())
