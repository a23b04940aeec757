"""Reasons that the system itself gives."""

from __future__ import annotations

from collections.abc import Callable

from shared.i18n import N_
from shared.labelled import Labelled


class AutomaticReason(Labelled):
    """A reason that the system itself gives, where otherwise a person writes one."""

    NOT_KEPT = "not kept", N_("not confirmed as kept within thirty days after the due day")
    PARTNERSHIP_ENDED = "partnership ended", N_("the partnership ended")
    TERM_ENDED = "term", N_("the term ended")
    REPLACED = "replaced", N_("replaced by an election")
    MEMBERSHIP_ENDED = "membership ended", N_("the membership ended")
    PARTIES_CHANGED = "the bound parties have changed", N_("the bound parties have changed")

    @classmethod
    def in_words(cls, reason: str, say: Callable[[str], str]) -> str:
        """A reason as its reader sees it: the system's own translated, a person's unchanged."""
        labels = {member.value: member.label for member in cls}
        return say(labels[reason]) if reason in labels else reason
