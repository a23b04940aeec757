"""Whatever the services say has a word on the pages, and the words are fit to be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from services.portal import coverage, labels, views
from services.portal.views import event_label
from shared.contracts import partners, products, programs
from shared.contracts.every import EVENTS
from shared.i18n import translations, translator

PUBLISHED = sorted(contract.type() for contract in EVENTS)
CSS = Path(views.__file__).parent / "static" / "portal.css"


@pytest.mark.parametrize("event", PUBLISHED)
def test_an_event_is_called_the_same_in_the_feed_and_in_a_timeline(event: str) -> None:
    say = translator("en")
    assert event_label(event, say) == event_label(f"{event.partition('.')[2]}.v1", say)
    assert event_label(event, say) != event


def test_an_event_of_a_later_release_is_called_by_its_name() -> None:
    assert event_label("partners.moon-reached", translator("en")) == "partners.moon-reached"


def _words() -> Iterator[tuple[str, str]]:
    for module, names in (
        (
            partners,
            (
                "PartyRole",
                "Means",
                "Lifecycle",
                "AgreementKind",
                "BoardKind",
                "Position",
                "Mandate",
                "OutcomeKind",
                "ContactKind",
            ),
        ),
        (programs, ("Phase", "Means", "Impact", "SaraPhase", "Side", "ResultType", "Capacity")),
        (products, ("ProductKind", "Phase", "Tense", "Subject", "Medium", "Language", "Relation", "Means")),
    ):
        for name in names:
            for value in get_args(getattr(module, name)):
                yield f"{module.__name__}.{name}", value


@pytest.mark.parametrize(("where", "value"), sorted(set(_words())))
def test_every_word_of_the_contracts_has_a_label(where: str, value: str) -> None:
    assert value in views.MAP, where


def test_organisations_and_prohibitions_have_labels_of_their_own() -> None:
    assert set(labels.BODIES) == set(get_args(partners.OrganisationKind))
    assert set(labels.PROHIBITIONS) == set(get_args(programs.Prohibition))
    assert set(coverage.KINDS) == set(get_args(products.ProductKind))
    assert set(coverage.PHASES) == set(get_args(products.Phase))


@pytest.mark.parametrize(
    "name", ["KINDS", "PHASES", "STATES", "STANDINGS", "BODIES", "PROHIBITIONS", "WORDS"]
)
def test_every_label_has_an_indonesian_translation(name: str) -> None:
    catalogue = translations("id")
    texts = set(getattr(labels, name).values())
    assert [text for text in texts if not catalogue.gettext(text)] == []
    # A few words are the same in both languages.
    same = {text for text in texts if catalogue.gettext(text) == text}
    assert same <= {"Forum", "Media"}


def test_a_product_that_lapsed_is_not_called_like_a_meeting() -> None:
    assert labels.STATES["lapsed"] != labels.STANDINGS["lapsed"]


def _colours(block: str) -> dict[str, str]:
    found = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6});", block))
    return {
        name: "#" + "".join(one * 2 for one in value[1:]) if len(value) == 4 else value
        for name, value in found.items()
    }


def _light(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "paper"), ("ink", "card"), ("ink", "soft"),
        ("quiet", "paper"), ("quiet", "card"), ("quiet", "soft"),
        ("green", "paper"), ("green", "card"), ("green", "soft"),
        ("gold", "paper"), ("gold", "card"), ("gold", "soft"),
        ("card", "green"),
        ("red", "paper"), ("red", "card"),
    ],
)  # fmt: skip
def test_text_stands_out_from_its_ground(scheme: int, text: str, ground: str) -> None:
    """At least 4.5 to 1 (WCAG 2.2, 1.4.3)."""
    blocks = re.findall(r":root \{(.*?)\}", CSS.read_text("utf-8"), re.DOTALL)
    colours = _colours(blocks[0]) | (_colours(blocks[1]) if scheme else {})
    lights = sorted((_light(colours[text]), _light(colours[ground])), reverse=True)
    assert (lights[0] + 0.05) / (lights[1] + 0.05) >= 4.5
