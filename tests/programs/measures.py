"""What tests of activities, contributions and indicators begin with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.programs.world import BASE, Partnership, approved, signed
from tests.support.system import Answer, System


@dataclass(frozen=True)
class Joint:
    """A programme of a partnership; ``id`` is the programme's."""

    here: System
    partnership: Partnership
    program: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.program["id"])

    @property
    def police(self) -> UUID:
        return self.partnership.police

    @property
    def village(self) -> UUID:
        return self.partnership.village

    async def post(self, path: str, body: Any, by: UUID | str) -> Answer:
        """One act, by an organisation's representative or by whom a token stands for."""
        token = by if isinstance(by, str) else self.here.representative(by)
        return await self.here.call("POST", f"{BASE}/{path}", body, token=token)

    async def made(self, path: str, body: Any, by: UUID | str) -> dict[str, Any]:
        """The same where it must be accepted."""
        answer = await self.post(path, body, by)
        assert answer.status in (200, 201), answer.body
        found: dict[str, Any] = answer.body
        return found

    async def read(self, path: str) -> Any:
        """What a path shows."""
        answer = await self.here.call("GET", f"{BASE}/{path}")
        assert answer.status == 200, answer.body
        return answer.body

    def activity(self, **more: Any) -> dict[str, Any]:
        """The body of an activity."""
        return {
            "program_id": self.id,
            "title": "Penyuluhan di sekolah",
            "means": "educate",
            "intensity": 1,
            "phase": "prevention",
            "area": "35.15.01",
            "on": "2026-01-04",
            "reached": 120,
            "audience": "pelajar",
            **more,
        }

    def contribution(self, **more: Any) -> dict[str, Any]:
        """The body of a contribution."""
        return {
            "program_id": self.id,
            "kind": "time",
            "amount": 12.5,
            "unit": "hour",
            "value": 1_250_000,
            "on": "2026-01-04",
            "note": "Ronda malam",
            **more,
        }

    def indicator(self, **more: Any) -> dict[str, Any]:
        """The body of an indicator."""
        return {
            "program_id": self.id,
            "title": "Kecelakaan di Jalan Lingkar",
            "result": "outcome",
            "measure": "unit",
            "ascending": False,
            "baseline": {"value": 14, "on": "2025-12-31", "comment": "Seluruh tahun 2025"},
            **more,
        }

    async def planned(self, **more: Any) -> dict[str, Any]:
        """An indicator with two quarters as its periods."""
        indicator = await self.made("indicators", self.indicator(**more), self.here.token("coordinator"))
        for starts, ends, target in (("2025-10-01", "2025-12-31", 3), ("2026-01-01", "2026-03-31", 2.5)):
            body = {"starts": starts, "ends": ends, "target": target, "comment": "Disepakati"}
            indicator = await self.made(f"indicators/{indicator['id']}/periods", body, self.police)
        return indicator


async def joint(here: System, **more: Any) -> Joint:
    """A programme of two stages in a signed partnership."""
    partnership = await signed(here)
    return Joint(here, partnership, await approved(here, partnership, **more))


def kind(answer: Answer) -> tuple[int, str]:
    """The status and the code of a problem."""
    return answer.status, str(answer.body["type"]).removeprefix("/problems/")
