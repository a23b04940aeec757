"""Audience of an event: who may be shown it."""

from __future__ import annotations

from enum import StrEnum


class Audience(StrEnum):
    """The widest audience of an event; no outlet shows it to anybody else.

    A public event is for everybody only once its subject is public: nothing of a partnership before it is
    signed, nothing of a product before a version is published.
    """

    PUBLIC = "public"
    PARTNERSHIP = "partnership"
    """The parties of its partnership, and the staff of its agency."""
    AGENCY = "agency"
    """The staff of its agency."""
    AUDIT = "audit"
    """The auditors of its agency, and the person that it is about."""
    INTERNAL = "internal"
    """Only the services."""
