"""A refusal says its kind, its reason in the reader's language, and what would be right."""

import pickle
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import pytest

from shared.i18n.formats import show_time
from shared.refusal import N_, Refusal


class State(StrEnum):
    PROPOSED = N_("proposed")


class HTTPCharterSignedAlready(Refusal):
    kind = "conflict"
    message = "The party %(party)s has signed this %(state)s charter already."
    remedy = "Wait for %(party)s."


class HalfPaid(Refusal):
    message = "Only 50%% is there."


def test_code_is_the_class_name_in_kebab_case() -> None:
    assert HTTPCharterSignedAlready.code == "http-charter-signed-already"
    assert HalfPaid.code == "half-paid"


class Early(Refusal):
    message = "It begins on %(day)s, at %(moment)s."


def test_days_and_moments_are_shown_as_the_reader_writes_them() -> None:
    refusal = Early(day=date(2026, 11, 30), moment=datetime(2026, 11, 30, 1, tzinfo=UTC))
    assert str(refusal) == "It begins on 2026-11-30, at 2026-11-30T01:00:00+00:00."
    words = refusal.localised(str, lambda time: show_time(time, "id", ZoneInfo("Asia/Jakarta")))
    assert words == ("It begins on 30 November 2026, at 30 November 2026 08.00 WIB.", "")


class Hasty(Refusal):
    kind = "limited"
    message = "Try again in %(seconds)s seconds."


def test_only_a_refusal_that_asks_for_patience_says_how_long() -> None:
    assert Hasty(seconds=7).wait == 7
    assert HalfPaid().wait == 0
    assert HTTPCharterSignedAlready(party="Forum", state=State.PROPOSED, seconds=7).wait == 0


def test_text_carries_the_parameters() -> None:
    refusal = HTTPCharterSignedAlready(party="Forum", state=State.PROPOSED)
    assert str(refusal) == "The party Forum has signed this proposed charter already."
    assert refusal.params["party"] == "Forum"
    assert str(HalfPaid()) == "Only 50% is there."


def test_detail_remedy_and_states_are_translated() -> None:
    words = {
        HTTPCharterSignedAlready.message: "Pihak %(party)s sudah menandatangani piagam yang %(state)s ini.",
        HTTPCharterSignedAlready.remedy: "Tunggu %(party)s.",
        "proposed": "diusulkan",
    }
    refusal = HTTPCharterSignedAlready(party="Forum", state=State.PROPOSED)
    assert refusal.localised(lambda text: words[text]) == (
        "Pihak Forum sudah menandatangani piagam yang diusulkan ini.",
        "Tunggu Forum.",
    )


def test_a_missing_parameter_fails_where_the_refusal_is_raised() -> None:
    with pytest.raises(KeyError, match="party"):
        HTTPCharterSignedAlready(state=State.PROPOSED)


def test_a_refusal_survives_pickling() -> None:
    refusal = pickle.loads(pickle.dumps(HalfPaid()))
    assert isinstance(refusal, HalfPaid) and str(refusal) == "Only 50% is there."
