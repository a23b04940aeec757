"""How a product stands wherever it is cited, and what it refuses because of that."""

from __future__ import annotations

from shared.refusal import Refusal


class ProductGone(Refusal):
    """Its only version was discarded before anybody else knew of it."""

    kind = "unknown"
    message = "The product “%(title)s” was discarded as a draft."
    remedy = "Its timeline tells who did so, and when. Draft a new product if one is needed."


class VersionUnderWay(Refusal):
    """One version at a time is under way."""

    kind = "conflict"
    message = "Version %(number)s is still under way: it is “%(state)s”."
    remedy = "Publish or discard it before you begin another one."


class NothingPublished(Refusal):
    """The product has no version that is published now."""

    kind = "conflict"
    message = "The product has no published version: it is “%(standing)s”."
    remedy = "Publish a version first."


class UnknownVersion(Refusal):
    """The product has no such version."""

    kind = "unknown"
    message = "The product has no version %(number)s."
    remedy = "Look at the numbers of its versions."
