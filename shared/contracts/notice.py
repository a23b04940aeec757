"""Notice level of an event: whether and how urgently subscribers are notified."""

from __future__ import annotations

from enum import StrEnum


class Notice(StrEnum):
    """The class of notice that an event causes, from the most urgent to none.

    Subscribers are notified only of public events: any class but ``NONE`` needs that audience.
    """

    WARNING = "warning"
    """Stop using it: told at once, whatever the hour."""
    ACTION = "action"
    """Somebody has to act, or will miss something: told at once."""
    NEWS = "news"
    """What came true, good or bad."""
    DIGEST = "digest"
    """Progress, which can wait to be told together."""
    NONE = "none"
    """Subscribers are not told; it stands in timelines, and in the feed if it is public."""
