"""What an event is called on the pages, and that what stands there is fit to be read."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.portal import views
from services.portal.views import event_label
from shared.contracts.every import EVENTS
from shared.i18n import translator

PUBLISHED = sorted(contract.type() for contract in EVENTS)
CSS = Path(views.__file__).parent / "static" / "portal.css"


@pytest.mark.parametrize("event", PUBLISHED)
def test_an_event_is_called_the_same_in_the_feed_and_in_a_timeline(event: str) -> None:
    say = translator("en")
    assert event_label(event, say) == event_label(f"{event.partition('.')[2]}.v1", say)
    assert event_label(event, say) != event


def test_an_event_of_a_later_release_is_called_by_its_name() -> None:
    assert event_label("partners.moon-reached", translator("en")) == "partners.moon-reached"


def test_the_systems_own_reason_is_translated_and_a_persons_is_not() -> None:
    shown = views.templates("id", ZoneInfo("Asia/Jakarta")).from_string("{{ text | reason }}")
    assert shown.render(text="not kept").startswith("tidak dikonfirmasi")
    assert shown.render(text="Reason") == "Reason", "though the catalogue has this text"


def _colours(block: str) -> dict[str, str]:
    found = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6});", block))
    return {
        name: "#" + "".join(colour * 2 for colour in value[1:]) if len(value) == 4 else value
        for name, value in found.items()
    }


def _light(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
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
