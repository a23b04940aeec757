"""Standing of a product: published, superseded, withdrawn, expired, revoked."""

from __future__ import annotations

from shared.refusal import Refusal


class ProductGone(Refusal):
    """The only version was discarded before it was published."""

    kind = "unknown"
    message = "The product “%(title)s” was discarded as a draft."
    remedy = "Its timeline shows who discarded it and when. Draft a new product if needed."


class VersionUnderWay(Refusal):
    """Only one version is in progress at a time."""

    kind = "conflict"
    message = "Version %(number)s is not finished: its state is “%(state)s”."
    remedy = "Publish or discard it before you begin another version."


class NothingPublished(Refusal):
    """The product has no published version."""

    kind = "conflict"
    message = "The product has no published version: its state is “%(standing)s”."
    remedy = "Publish a version first."


class UnknownVersion(Refusal):
    """The product has no such version."""

    kind = "unknown"
    message = "The product has no version %(number)s."
    remedy = "Open the product to see its versions."
