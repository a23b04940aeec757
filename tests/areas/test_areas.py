"""Indonesia's areas are known by their codes; codes of another form are free."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import areas
from shared.areas import UnknownArea


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("35", "Jawa Timur"),
        ("35.15", "Kabupaten Sidoarjo"),
        ("35.15.08", "Sidoarjo"),
        ("31", "DKI Jakarta"),
        ("34", "DI Yogyakarta"),
        ("31.71", "Kota Administrasi Jakarta Pusat"),
        ("35.15.08.2001", None),
        ("99", None),
        ("MY-13", None),
        ("", None),
    ],
)
def test_an_area_has_its_name(code: str, name: str | None) -> None:
    assert areas.area_name(code) == name


@pytest.mark.parametrize("code", ["35", "35.15", "35.15.08", "35.15.08.2001", "MY-13", "sg", "3515", "35.1"])
def test_a_known_or_a_free_code_is_accepted(code: str) -> None:
    areas.require(code)


@pytest.mark.parametrize("code", ["99", "35.99", "35.15.99", "35.15.99.2001", "35.2001", "35.15.2001"])
def test_a_code_that_looks_indonesian_and_is_none_is_refused(code: str) -> None:
    with pytest.raises(UnknownArea) as refused:
        areas.require(code)
    assert code in str(refused.value)


def test_every_area_but_a_province_lies_in_another() -> None:
    every = areas.search("", 100_000)
    assert len(every) == 38 + 514 + 7277
    for area in every:
        assert area.part_of is None or areas.area_name(area.part_of) is not None
        assert not (area.name.isupper() and len(area.name) > 3)


def test_a_search_shows_what_begins_so_and_what_is_larger_first() -> None:
    found = areas.search("sidoarjo", 10)
    assert [begin.code for begin in found] == ["35.15", "35.15.08"]
    assert [begin.name for begin in areas.search("Jawa", 3)] == ["Jawa Barat", "Jawa Tengah", "Jawa Timur"]
    assert areas.search("35.15", 1)[0].code == "35.15"
    assert areas.search("there is no such place", 10) == []
    assert len(areas.search("a", 7)) == 7


def test_an_area_lies_within_itself_and_what_surrounds_it() -> None:
    assert areas.within("35.15.08.2001", "35.15")
    assert areas.within("35", "35")
    assert not areas.within("35.15", "35.1")
    assert not areas.within("35", "35.15")


@given(st.sampled_from([area.code for area in areas.search("", 100_000)]))
def test_what_is_found_is_accepted(code: str) -> None:
    areas.require(code)
    areas.require(code if code.count(".") < 2 else f"{code}.2001")
