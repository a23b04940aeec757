"""Audience of an event: who may be shown it."""

from __future__ import annotations

from enum import StrEnum


class Audience(StrEnum):
    """The widest circle of a fact; no outlet tells it to anybody beyond.

    A public fact is for everybody only once what it is about is there for everybody: nothing of a
    partnership before it is signed, nothing of a product before a version is published.
    """

    PUBLIC = "public"
    PARTNERSHIP = "partnership"
    """The parties of its partnership, and the staff of its agency."""
    AGENCY = "agency"
    """The staff of its agency."""
    AUDIT = "audit"
    """The auditors of its agency, and whom it is about."""
    INTERNAL = "internal"
    """The services alone."""
