"""Three years of four partnerships: one substantive, one on paper, one ceremonial, one interrupted."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import timedelta

from demo.history import lives, substantive
from demo.history.cast import DRUGS, FLOOD, PLACES, RACING, TRAFFIC, Theme
from demo.history.life import Life, Scene

YEARS = timedelta(days=1096)
Story = Callable[[Life], Coroutine[None, None, None]]
# In every other four, the interrupted one is given up with an orderly exit.
COURSES: tuple[tuple[Theme, Story], ...] = (
    (DRUGS, substantive.live),
    (TRAFFIC, lives.on_paper),
    (FLOOD, lives.ceremonial),
    (RACING, lives.interrupted),
    (DRUGS, substantive.live),
    (TRAFFIC, lives.on_paper),
    (FLOOD, lives.ceremonial),
    (RACING, lives.given_up),
)


def start_lives(scene: Scene, partnerships: int, seed: str) -> None:
    """Start a number of partnerships, of the four kinds in turn; the scene's course runs them."""
    for number in range(partnerships):
        theme, story = COURSES[number % len(COURSES)]
        code, place = PLACES[number % len(PLACES)]
        if number >= len(PLACES):
            place = f"{place} {number // len(PLACES) + 1}"
        scene.course.begin(story(Life(scene, theme, code, place, f"{seed}-{number}")))
