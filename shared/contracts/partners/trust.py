"""Events about trust rounds."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event, upcaster
from shared.contracts.notice import Notice
from shared.contracts.vocabulary import Mutual
from shared.i18n import N_


class TrustRoundOpened(
    Event,
    publisher="partners",
    aggregate="round_id",
    label=N_("Trust round opened"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A trust round was opened: each party scores every other; scores are sealed until it closes."""

    round_id: UUID
    partnership_id: UUID
    number: int
    closes_at: datetime
    parties: tuple[UUID, ...]


class TrustScored(
    Event,
    publisher="partners",
    aggregate="round_id",
    label=N_("Scores submitted by a party"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A party submitted scores, of all the others (``complete``) or of some; nobody can read them."""

    round_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    complete: bool


class TrustRoundClosed(
    Event,
    publisher="partners",
    aggregate="round_id",
    label=N_("Trust round closed"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    guarded=("uniform_raters",),
    version=2,
):
    """A trust round closed; the result is whether trust is mutual, and how many scored all others.

    ``uniform_raters`` is how many of them scored everybody alike. The scores of a party are never
    published.
    """

    round_id: UUID
    partnership_id: UUID
    number: int
    parties: tuple[UUID, ...]
    complete_raters: int
    uniform_raters: int
    mutual: Mutual | None


@upcaster("partners.trust-round-closed", 1)
def _without_pairs(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had the mean of each pair; only the number of parties that scored all others is kept."""
    raters = [pair["rater"] for pair in data["pairs"]]
    complete = sum(raters.count(rater) == len(data["parties"]) - 1 for rater in set(raters))
    kept = {name: data[name] for name in ("round_id", "partnership_id", "number", "parties")}
    return kept | {"complete_raters": complete, "uniform_raters": 0, "mutual": None}
