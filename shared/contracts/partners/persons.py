"""What is published about persons and where they belong."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.i18n import N_


class PersonRegistered(
    Event,
    publisher="partners",
    aggregate="whom",
    label=N_("Person registered"),
    audience=Audience.AGENCY,
    notice=Notice.NONE,
):
    """An agency has entered somebody into its registry; who it is stands there alone."""

    whom: UUID


class PersonRetired(
    Event,
    publisher="partners",
    aggregate="whom",
    label=N_("Person retired"),
    audience=Audience.AGENCY,
    notice=Notice.NONE,
):
    """Somebody of the registry takes on nothing new."""

    whom: UUID


class MembershipBegan(
    Event,
    publisher="partners",
    aggregate="membership_id",
    label=N_("Membership began"),
    audience=Audience.AGENCY,
    notice=Notice.NONE,
):
    """Somebody belongs to an organisation from now on."""

    membership_id: UUID
    organisation_id: UUID
    member: UUID
    since: date


class MembershipEnded(
    Event,
    publisher="partners",
    aggregate="membership_id",
    label=N_("Membership ended"),
    audience=Audience.AGENCY,
    notice=Notice.NONE,
):
    """Somebody belongs to an organisation no longer."""

    membership_id: UUID
    organisation_id: UUID
    member: UUID
    until: date
