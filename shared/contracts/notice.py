"""Notice level of an event: whether and how urgently subscribers are notified."""

from __future__ import annotations

from enum import StrEnum


class Notice(StrEnum):
    """The class of notice that an event causes, from the most urgent to none.

    Subscribers are notified only of public events: any class but ``NONE`` needs that audience.
    """

    WARNING = "warning"
    """Stop using it: sent at once, at any hour."""
    ACTION = "action"
    """Somebody must act, or will miss something: sent at once."""
    NEWS = "news"
    """A result, good or bad."""
    DIGEST = "digest"
    """Progress, which may be sent in a digest."""
    NONE = "none"
    """Subscribers are not notified; it is in timelines, and in the feed if it is public."""
