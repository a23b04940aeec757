"""Validation of days: in the past, or not before another day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.areas import zone_of
from shared.refusal import Refusal

AFTERWARDS = timedelta(days=366)
"""The maximum delay of an entry after its day."""


class DayToCome(Refusal):
    """Only past events are recorded."""

    kind = "invalid"
    message = "The day %(day)s is in the future."
    remedy = "Record past events only, with the day on which they happened."


class DayTooEarly(Refusal):
    """Events are entered within a year, and after the events that preceded them."""

    kind = "invalid"
    message = "The day %(day)s is before %(since)s, the earliest possible day."
    remedy = "Enter that day or a later one: at most a year ago, and after the events that preceded it."


def days_at(moment: datetime, zone: ZoneInfo, *areas: str) -> list[date]:
    """The current day in ``zone`` and in each area with a known time zone, earliest first."""
    zones = {zone, *filter(None, map(zone_of, areas))}
    return sorted(moment.astimezone(zone).date() for zone in zones)


def require_past(day: date, today: date) -> None:
    """Refuse a day after today with :class:`DayToCome`; ``today`` is the latest of the places concerned."""
    if day > today:
        raise DayToCome(day=day)
