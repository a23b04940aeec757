"""Events about legal umbrellas."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.i18n import N_


class LegalUmbrellaRevoked(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Legal umbrella revoked"),
    headline=N_("Not in force since %(on)s: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.WARNING,
):
    """A regulation is no longer in force; what was done under it before stays covered."""

    product_id: UUID
    partnership_id: UUID
    title: str
    number: str
    on: date
    replaced_by: UUID | None


class LegalUmbrellaRestored(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Revocation of a legal umbrella taken back"),
    headline=N_("In force after all: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.WARNING,
):
    """A revocation was recorded by mistake, and taken back; the regulation was never out of force."""

    product_id: UUID
    partnership_id: UUID
    title: str
    number: str
    reason: str


class LegalUmbrellaLapsed(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Legal umbrella no longer in force"),
    headline=N_("In force until %(in_force_until)s: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.WARNING,
):
    """A regulation lapsed after its last day; what was done under it before stays covered."""

    product_id: UUID
    partnership_id: UUID
    title: str
    number: str
    in_force_until: date
