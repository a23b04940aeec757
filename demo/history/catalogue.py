"""Products of the history."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """A planned product: the name of its texts, who drafts it and who approves it."""

    name: str
    kind: str
    phases: tuple[str, ...]
    drafts: str
    approves: str
    tense: str | None = None


OFFERS = (
    Offer("situation-past", "situation_picture", ("prevention",), "police", "school", "past"),
    Offer("situation-present", "situation_picture", ("handling",), "police", "hospital", "present"),
    Offer("outlook", "situation_picture", ("prevention",), "school", "forum", "future"),
    Offer("early-signs", "guidance", ("prevention",), "school", "police"),
    Offer("when-it-happens", "guidance", ("handling",), "hospital", "police"),
    Offer("support-afterwards", "guidance", ("rehabilitation",), "hospital", "school"),
    Offer("six-lessons", "education_material", ("prevention",), "school", "forum"),
    Offer("pocket-card", "education_material", ("handling",), "forum", "hospital"),
    Offer("recovery-services", "reference", ("rehabilitation",), "hospital", "forum"),
)
UMBRELLA = Offer(
    "umbrella", "legal_umbrella", ("prevention", "handling", "rehabilitation"), "police", "school"
)
# The product used in the activity of each stage of a cycle.
USED: tuple[tuple[str, ...], ...] = (
    ("situation-past",),
    ("early-signs", "six-lessons"),
    ("when-it-happens", "pocket-card"),
    ("support-afterwards", "recovery-services"),
    ("outlook",),
)
