"""Events about proposed changes of programmes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.contracts.vocabulary import ChangeKind
from shared.i18n import N_


class ChangeProposed(
    Event,
    publisher="programs",
    aggregate="program_id",
    label=N_("Change of a programme proposed"),
    headline=N_("Change of the programme “%(title)s” proposed: %(kind)s"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """A party proposed a change of a programme to the other bound parties.

    ``planned_start`` and ``planned_end`` are of a stage that is replanned, ``responsible`` is of one that is
    reassigned.
    """

    program_id: UUID
    partnership_id: UUID
    title: str
    change_id: UUID
    kind: ChangeKind
    stage_id: UUID | None
    proposed_by: UUID
    reason: str
    planned_start: date | None
    planned_end: date | None
    responsible: UUID | None


class ChangeEndorsed(
    Event,
    publisher="programs",
    aggregate="program_id",
    label=N_("Change of a programme endorsed by a party"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A bound party endorsed a proposed change; the last one's endorsement puts it in force."""

    program_id: UUID
    partnership_id: UUID
    title: str
    change_id: UUID
    kind: ChangeKind
    stage_id: UUID | None
    organisation_id: UUID


class ChangeDeclined(
    Event,
    publisher="programs",
    aggregate="program_id",
    label=N_("Change of a programme declined by a party"),
    headline=N_("A party declined a change of the programme “%(title)s”: %(reason)s"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
):
    """A bound party declined a proposed change, for a reason; it can be withdrawn or decided."""

    program_id: UUID
    partnership_id: UUID
    title: str
    change_id: UUID
    kind: ChangeKind
    stage_id: UUID | None
    organisation_id: UUID
    reason: str


class ChangeWithdrawn(
    Event,
    publisher="programs",
    aggregate="program_id",
    label=N_("Change of a programme withdrawn"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """The proposing party withdrew a change that was not in force, for a reason."""

    program_id: UUID
    partnership_id: UUID
    title: str
    change_id: UUID
    kind: ChangeKind
    stage_id: UUID | None
    organisation_id: UUID
    reason: str
