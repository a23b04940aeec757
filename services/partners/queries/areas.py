"""Queries of administrative areas."""

from __future__ import annotations

from shared import areas
from shared.areas import Area
from shared.database.transaction import UnknownAggregate
from shared.refusal import Term


def area(code: str) -> Area:
    """One province, regency, city or district; raises ``UnknownAggregate``."""
    name = areas.area_name(code)
    if name is None:
        raise UnknownAggregate(kind=Term("area"), id=code)
    return Area(code, name)
