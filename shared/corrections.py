"""Corrections: a wrong record is replaced, with a reason; the earlier values stay in the timeline."""

from __future__ import annotations

from shared.refusal import Refusal


class NothingCorrected(Refusal):
    """A correction must change something."""

    kind = "invalid"
    message = "The correction changes nothing."
    remedy = (
        "Change at least one value. If another party disputes the record, come to an agreement with "
        "that party."
    )
