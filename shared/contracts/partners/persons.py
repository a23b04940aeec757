"""Events about persons and their memberships."""

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
    """An agency registered a person; the name is only in its registry."""

    whom: UUID


class PersonRetired(
    Event,
    publisher="partners",
    aggregate="whom",
    label=N_("Person retired"),
    audience=Audience.AGENCY,
    notice=Notice.NONE,
):
    """A registered person was retired and gets no new roles."""

    whom: UUID


class MembershipBegan(
    Event,
    publisher="partners",
    aggregate="membership_id",
    label=N_("Membership began"),
    audience=Audience.AGENCY,
    notice=Notice.NONE,
):
    """A person became a member of an organisation."""

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
    """A person is no longer a member of an organisation."""

    membership_id: UUID
    organisation_id: UUID
    member: UUID
    until: date
