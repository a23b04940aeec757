"""Validation of days: in the past, or not before another day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.areas import zone_of
from shared.refusal import Refusal

AFTERWARDS = timedelta(days=366)
"""So long after its day something is entered at the latest."""


class DayToCome(Refusal):
    """What is recorded has happened already."""

    kind = "invalid"
    message = "The day %(day)s has not come yet."
    remedy = "Record past events only, with the day on which they happened."


class DayTooEarly(Refusal):
    """What is entered afterwards happened within a year, and after what it follows."""

    kind = "invalid"
    message = "The day %(day)s is before %(since)s, the earliest possible day."
    remedy = "Enter that day or a later one: at most a year ago, and after the events that preceded it."


def days_at(moment: datetime, zone: ZoneInfo, *areas: str) -> list[date]:
    """Which day it is at a moment in ``zone`` and in each area whose clocks are known, the earliest first."""
    zones = {zone, *filter(None, map(zone_of, areas))}
    return sorted(moment.astimezone(zone).date() for zone in zones)


def require_past(day: date, today: date) -> None:
    """Refuse a day after today with :class:`DayToCome`; ``today`` is the latest of the places concerned."""
    if day > today:
        raise DayToCome(day=day)
