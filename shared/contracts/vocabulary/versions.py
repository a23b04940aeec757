"""Words about the versions of a product: where they stand, and what became of them."""

from __future__ import annotations

from shared.i18n import N_
from shared.labelled import Labelled


class VersionState(Labelled):
    """The state of a version."""

    DRAFT = "draft", N_("Draft")
    IN_REVIEW = "in_review", N_("In review")
    APPROVED = "approved", N_("Approved")
    PUBLISHED = "published", N_("Published")
    SUPERSEDED = "superseded", N_("Superseded")
    WITHDRAWN = "withdrawn", N_("Withdrawn")
    EXPIRED = "expired", N_("Expired")
    DISCARDED = "discarded", N_("Discarded")


class Standing(Labelled):
    """The standing of a product wherever it is cited."""

    DRAFT = "draft", N_("Draft")
    IN_REVIEW = "in_review", N_("In review")
    APPROVED = "approved", N_("Approved")
    PUBLISHED = "published", N_("Published")
    WITHDRAWN = "withdrawn", N_("Withdrawn")
    EXPIRED = "expired", N_("Expired")
    REVOKED = "revoked", N_("Revoked")
    LAPSED = "lapsed", N_("No longer in force")


class Fate(Labelled):
    """The status of a printed version."""

    CURRENT = "current", N_("This copy is current")
    SUPERSEDED = "superseded", N_("There is a newer version")
    WITHDRAWN = "withdrawn", N_("Do not use this copy")
    EXPIRED = "expired", N_("This copy has expired")
