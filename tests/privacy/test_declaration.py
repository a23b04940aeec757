"""What services declare to hold of people is what they hold."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from services.registry import NAMES, service
from tools.reference.documents import personal_data

TELLING = ("email", "phone", "display_name", "user_name", "address")
SERVICES = [service(name) for name in NAMES if service(name).metadata is not None]


def _columns() -> list[sa.Column[object]]:
    found = []
    for one in SERVICES:
        assert one.metadata is not None
        found += [column for table in one.metadata.tables.values() for column in table.columns]
    return found


def test_every_column_that_is_called_like_what_is_personal_is_declared() -> None:
    declared = {column for one in SERVICES for column in one.personal.columns}
    telling = {column for column in _columns() if column.name in TELLING}
    assert len(telling) >= 6
    assert telling <= declared


@pytest.mark.parametrize("one", SERVICES, ids=lambda one: one.name)
def test_what_erasure_leaves_fits_into_its_column(one: object) -> None:
    for holding in one.personal.holdings:  # type: ignore[attr-defined]
        for name, blank in holding.personal.items():
            assert blank is not None or holding.table.c[name].nullable, (holding.table.name, name)
        assert set(holding.secret) <= set(holding.table.c.keys())


def test_the_page_tells_of_every_table() -> None:
    page = personal_data(SERVICES)
    for one in SERVICES:
        for holding in one.personal.holdings:
            assert f"| {one.name} | `{holding.table.name}` |" in page
            assert holding.why in page
