"""Days that have come, and those that have not."""

from __future__ import annotations

from datetime import date

from shared.refusal import Refusal


class DayToCome(Refusal):
    """What is recorded has happened already."""

    kind = "invalid"
    message = "The day %(day)s has not come yet."
    remedy = "Record what has happened, with the day on which it happened."


def require_past(day: date, today: date) -> None:
    """Refuse a day after today with :class:`DayToCome`."""
    if day > today:
        raise DayToCome(day=day.isoformat())
