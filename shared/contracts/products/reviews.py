"""Events about the review of a version."""

from __future__ import annotations

from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.i18n import N_


class ReviewRequested(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Review requested"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A version was submitted for the approval of two parties."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    requested_by: UUID


class ReviewTakenBack(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Withdrawn from review"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """The party that submitted a version withdrew it from review; its approvals are void."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    taken_back_by: UUID


class ChangesRequested(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Changes requested"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A reviewer returned a version to draft, with the reason."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    requested_by: UUID
    reason: str


class ProductApproved(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Product approved by a party"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """One party approved a version of a product; two different parties are needed."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    approved_by: UUID
    approvals: int
