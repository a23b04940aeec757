"""Administrative areas API."""

from __future__ import annotations

from typing import Annotated, Self

from fastapi import Path, Query
from pydantic import BaseModel

from services.partners.api.filters import Search
from services.partners.queries import areas as queries
from shared import areas
from shared.areas import Area
from shared.http.door import DoorDep
from shared.http.routes import Operations
from shared.identity.permissions import PUBLIC

operations = Operations("areas")


class AreaOut(BaseModel):
    """A province, regency, city or district; ``part_of`` is the code of the area that contains it."""

    code: str
    name: str
    part_of: str | None
    part_of_name: str | None

    @classmethod
    def of(cls, area: Area) -> Self:
        """The view of an area."""
        around = area.part_of
        return cls(
            code=area.code,
            name=area.name,
            part_of=around,
            part_of_name=areas.area_name(around) if around else None,
        )


@operations.get("/areas", may=PUBLIC)
async def find_areas(
    q: Search, _door: DoorDep, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> list[AreaOut]:
    """Find Indonesian areas by a part of their name or the beginning of their code."""
    return [AreaOut.of(area) for area in areas.search(q, limit)]


@operations.get("/areas/{code}", may=PUBLIC)
async def show_area(code: Annotated[str, Path(max_length=40)], _door: DoorDep) -> AreaOut:
    """Show one Indonesian area."""
    return AreaOut.of(queries.area(code))
