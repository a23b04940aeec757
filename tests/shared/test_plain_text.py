"""What may stand in a line and in a text, and which names are the same."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared import plain_text
from shared.areas import zone_of
from shared.days import days_at
from shared.fields import Day, LegalDay, Line, Moment, Note, Prose, Word

ENDS = ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"]


def read(kind: Any, text: Any) -> Any:
    return TypeAdapter(kind).validate_python(text)


@pytest.mark.parametrize("sign", [*ENDS, "\0", "\x1b", "\t", "\x7f", "\u202e", "\u2066", "\ud800"])
@pytest.mark.parametrize("kind", [Line, Word])
def test_a_line_holds_no_sign_that_ends_it_steers_a_device_or_turns_it_round(kind: Any, sign: str) -> None:
    with pytest.raises(ValidationError, match=r"U\+|surrogates|unicode"):
        read(kind, f"Panduan{sign}tawuran")


@pytest.mark.parametrize("kind", [Line, Word, Prose, Note])
@pytest.mark.parametrize("text", ["\u200b\u200b", "\u2800\u3164", "\u00ad\u200d\ufeff", "\u0301\u0301"])
def test_there_is_something_to_see_in_a_text(kind: Any, text: str) -> None:
    with pytest.raises(ValidationError, match="no visible characters"):
        read(kind, text)


@pytest.mark.parametrize("end", ENDS)
def test_every_end_of_a_line_is_one_sign_in_a_text(end: str) -> None:
    assert read(Prose, f"Satu{end}\tdua{end}") == "Satu\n\tdua"


@pytest.mark.parametrize("sign", ["\0", "\x1b", "\x7f", "\u202e", "\u2069"])
def test_a_text_of_several_lines_steers_nothing_either(sign: str) -> None:
    with pytest.raises(ValidationError, match="control"):
        read(Note, f"Satu\n{sign}dua")


def test_texts_are_kept_composed_and_may_be_in_every_script() -> None:
    assert read(Line, " E\u0301ling ") == "Éling"
    for text in ("شُرْطَة الحي", "ꦏꦶꦠ", "\u200fشرطة", "👮\u200d♀️ Polwan", "LP Ma’arif NU"):
        assert read(Line, text) == unicodedata.normalize("NFC", text)
    assert read(Note, "") == ""


@pytest.mark.parametrize(
    ("name", "same"),
    [
        (
            "Polres Sidóarjo",
            ["POLRES SIDÓARJO", "Polres  Sidóarjo ", unicodedata.normalize("NFD", "Polres Sidóarjo")],
        ),
        ("LP Ma'arif NU", [f"LP Ma{sign}arif NU" for sign in plain_text.APOSTROPHES] + ["lp maarif nu"]),
        ("PAGUYUBAN ÉLING", ["paguyuban éling", "Paguyuban\u00a0E\u0301ling", "Pagu\u00adyuban Éling"]),
        ("Straße", ["STRASSE"]),
    ],
)
def test_names_are_the_same_by_their_letters(name: str, same: list[str]) -> None:
    assert {plain_text.letters(letter) for letter in [name, *same]} == {plain_text.letters(name)}
    assert plain_text.letters(name) != plain_text.letters(
        name.replace("ó", "o").replace("É", "A").replace("ar", "er") + "x"
    )


@given(st.text())
def test_the_letters_of_a_name_are_its_letters(name: str) -> None:
    letters = plain_text.letters(name)
    assert plain_text.letters(letters) == letters


@pytest.mark.parametrize("day", ["1900-01-01", "1950-06-01", "2100-01-01", "9999-12-31"])
def test_nobody_who_works_now_did_anything_a_century_away(day: str) -> None:
    for kind in (Day, Moment):
        with pytest.raises(ValidationError):
            read(kind, day if kind is Day else f"{day}T00:00:00Z")


def test_a_regulation_may_be_older_than_people() -> None:
    assert read(LegalDay, "1918-01-01") == date(1918, 1, 1)


@pytest.mark.parametrize(
    ("area", "zone"),
    [
        ("35.15", "Asia/Jakarta"),
        ("61.71", "Asia/Jakarta"),
        ("51.71.01.1001", "Asia/Makassar"),
        ("65", "Asia/Makassar"),
        ("81", "Asia/Jayapura"),
        ("96.01", "Asia/Jayapura"),
        ("ID", "Asia/Jayapura"),
        ("MY-01", None),
        ("9", None),
    ],
)
def test_every_area_of_indonesia_has_its_clocks(area: str, zone: str | None) -> None:
    assert zone_of(area) == (ZoneInfo(zone) if zone else None)


def test_a_day_has_come_where_it_has_come_first() -> None:
    moment, home = datetime(2026, 3, 1, 16, 30, tzinfo=UTC), ZoneInfo("Asia/Jakarta")
    assert days_at(moment, home) == [date(2026, 3, 1)]
    assert days_at(moment, home, "35.15", "MY-01")[-1] == date(2026, 3, 1)
    assert days_at(moment, home, "51")[-1] == date(2026, 3, 2)
    assert days_at(moment, home, "94.01") == [date(2026, 3, 1), date(2026, 3, 2)]
    assert days_at(moment, ZoneInfo("Asia/Jayapura"), "35.15")[-1] == date(2026, 3, 2)
