"""Backdating: validates the day of an act that is recorded afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from shared.database.transaction import Transaction
from shared.days import AFTERWARDS, DayTooEarly, require_past


@dataclass(frozen=True, slots=True)
class Entered:
    """The day of an act, its time as far as known, and whether it is entered afterwards."""

    on: date
    at: datetime
    afterwards: bool


def entered(tx: Transaction, on: date | None, latest: date, since: datetime | None = None) -> Entered:
    """An act on a day (None: today), not after ``latest`` and not before ``since`` (None: a year ago).

    Raises ``DayToCome`` and :class:`DayTooEarly`. The time on an earlier day is unknown: it counts as its
    first moment, or as that of the act it follows.
    """
    day = on or tx.today
    require_past(day, latest)
    earliest = since or tx.now - AFTERWARDS
    if day < (begins := earliest.astimezone(tx.zone).date()):
        raise DayTooEarly(day=day, since=begins)
    if day >= tx.today:
        return Entered(day, tx.now, afterwards=False)
    return Entered(day, max(tx.start_of(day), earliest), afterwards=True)
