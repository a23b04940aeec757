"""Backdating: validates the day of an act that is recorded afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from shared.database.transaction import Transaction
from shared.days import AFTERWARDS, DayTooEarly, require_past


@dataclass(frozen=True, slots=True)
class Entered:
    """The day of an act, its moment as far as it is known, and whether it is entered later than its day."""

    on: date
    at: datetime
    afterwards: bool


def entered(tx: Transaction, on: date | None, latest: date, since: datetime | None = None) -> Entered:
    """An act of a day (None: today), not after ``latest`` and not before ``since`` (None: a year ago).

    Raises ``DayToCome`` and :class:`DayTooEarly`. Of an earlier day no time is known: it counts as its first
    moment, or as that of what it follows.
    """
    day = on or tx.today
    require_past(day, latest)
    earliest = since or tx.now - AFTERWARDS
    if day < (begins := earliest.astimezone(tx.zone).date()):
        raise DayTooEarly(day=day, since=begins)
    if day >= tx.today:
        return Entered(day, tx.now, afterwards=False)
    return Entered(day, max(tx.start_of(day), earliest), afterwards=True)
