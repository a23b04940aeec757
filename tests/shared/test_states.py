"""State machines: what a table says is possible, what it says in words, and how it is drawn."""

from __future__ import annotations

from enum import StrEnum

import pytest

from shared.states import ActImpossible, Machine


class Lamp(StrEnum):
    """A lamp, for these tests."""

    OFF = "off"
    ON = "on"
    BROKEN = "broken"


lamp = Machine(
    "lamp",
    {
        (Lamp.OFF, "switch on"): Lamp.ON,
        (Lamp.ON, "switch off"): Lamp.OFF,
        (Lamp.ON, "dim"): Lamp.ON,
        (Lamp.ON, "drop"): Lamp.BROKEN,
    },
)
INDONESIAN = {
    "“%(act)s” is not possible: the state of the %(thing)s is “%(state)s”.": (
        "“%(act)s” tidak dapat dilakukan: %(thing)s sedang “%(state)s”."
    ),
    "Possible in this state: %(possible)s.": "Jalan keluar: %(possible)s.",
    "lamp": "lampu",
    "on": "menyala",
    "off": "padam",
    "broken": "rusak",
    "switch on": "nyalakan",
    "switch off": "padamkan",
    "dim": "redupkan",
    "drop": "jatuhkan",
}


def indonesian(text: str) -> str:
    return INDONESIAN.get(text, text)


def test_an_act_leads_where_the_table_says() -> None:
    assert lamp.after(Lamp.OFF, "switch on") is Lamp.ON
    assert lamp.after(Lamp.ON, "dim") is Lamp.ON
    assert lamp.allows(Lamp.ON, "drop")
    assert not lamp.allows(Lamp.OFF, "drop")
    assert lamp.acts(Lamp.ON) == ["switch off", "dim", "drop"]
    assert lamp.acts(Lamp.BROKEN) == []


def test_an_impossible_act_is_refused_with_what_is_possible() -> None:
    with pytest.raises(ActImpossible) as refused:
        lamp.after(Lamp.ON, "switch on")
    assert (refused.value.kind, refused.value.code) == ("conflict", "act-impossible")
    assert refused.value.localised(str) == (
        "“switch on” is not possible: the state of the lamp is “on”.",
        "Possible in this state: switch off, dim, drop.",
    )


def test_an_end_allows_nothing_and_says_so() -> None:
    with pytest.raises(ActImpossible) as refused:
        lamp.after(Lamp.BROKEN, "switch on")
    detail, remedy = refused.value.localised(str)
    assert detail == "“switch on” is not possible: the state of the lamp is “broken”."
    assert remedy == "Possible in this state: –."


def test_an_act_that_no_table_knows_is_refused_like_any_other() -> None:
    with pytest.raises(ActImpossible):
        lamp.after(Lamp.ON, "fly")


def test_the_words_of_a_refusal_are_its_readers_own() -> None:
    with pytest.raises(ActImpossible) as refused:
        lamp.after(Lamp.ON, "switch on")
    assert refused.value.localised(indonesian) == (
        "“nyalakan” tidak dapat dilakukan: lampu sedang “menyala”.",
        "Jalan keluar: padamkan, redupkan, jatuhkan.",
    )


def test_the_table_is_drawn_from_its_beginning_to_its_ends() -> None:
    # The lamp comes back to “off”, so the first state of the table counts as its beginning.
    assert lamp.mermaid() == "\n".join(
        [
            "stateDiagram-v2",
            "    [*] --> off",
            "    off --> on: switch on",
            "    on --> off: switch off",
            "    on --> on: dim",
            "    on --> broken: drop",
            "    broken --> [*]",
        ]
    )


def test_what_nothing_leads_to_is_a_beginning_even_where_it_leads_to_itself() -> None:
    candle = Machine("candle", {(Lamp.OFF, "trim"): Lamp.OFF, (Lamp.OFF, "light"): Lamp.ON})
    assert candle.mermaid().splitlines()[1] == "    [*] --> off"
    assert candle.mermaid().splitlines()[-1] == "    on --> [*]"


def test_two_beginnings_and_two_ends_are_all_drawn() -> None:
    pair = Machine("pair", {(Lamp.OFF, "drop"): Lamp.BROKEN, (Lamp.ON, "drop"): Lamp.BROKEN})
    assert pair.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> off",
        "    [*] --> on",
        "    off --> broken: drop",
        "    on --> broken: drop",
        "    broken --> [*]",
    ]


def test_a_machine_keeps_its_table_whatever_happens_to_the_one_it_was_given() -> None:
    moves = {(Lamp.OFF, "switch on"): Lamp.ON}
    machine = Machine("lamp", moves)
    moves.clear()
    assert machine.after(Lamp.OFF, "switch on") is Lamp.ON
