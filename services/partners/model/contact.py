"""Contacts and ceremonies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.partners.model.organisation import Organisation
from shared.corrections import NothingCorrected
from shared.refusal import Refusal


class ContactOfOneParty(Refusal):
    """A contact is between several parties."""

    kind = "invalid"
    message = "A contact needs at least two different parties."
    remedy = "List every party that took part."


class NobodyOfParty(Refusal):
    """Each party has a participant."""

    kind = "invalid"
    message = "No participant belongs to %(organisation)s."
    remedy = "List a participant for each party, and only the parties that took part."


@dataclass(eq=False)
class Participant:
    """A participant, and the organisation of which they were a member on that day."""

    person_id: UUID
    organisation_id: UUID


@dataclass(eq=False)
class Contact:
    """A conversation between people of several parties: its subject and its day."""

    id: UUID
    agency: str
    partnership_id: UUID
    kind: str
    on: date
    subject: str
    participants: list[Participant]
    organisations: list[Organisation]
    recorded_at: datetime
    version: int = 0

    def __post_init__(self) -> None:
        """Refuse fewer than two parties."""
        _require_joined(self.participants, self.organisations)

    def correct(
        self,
        kind: str,
        on: date,
        subject: str,
        participants: Sequence[Participant],
        organisations: Sequence[Organisation],
    ) -> None:
        """Correct the record; the events keep the earlier one."""
        _require_joined(participants, organisations)
        before = self._said()
        known = {participant.person_id: participant for participant in self.participants}
        self.participants = [known.get(participant.person_id, participant) for participant in participants]
        for kept, asked_for in zip(self.participants, participants, strict=True):
            kept.organisation_id = asked_for.organisation_id
        self.kind, self.on, self.subject, self.organisations = kind, on, subject, list(organisations)
        if self._said() == before:
            raise NothingCorrected

    def _said(self) -> tuple[object, ...]:
        people = {(participant.person_id, participant.organisation_id) for participant in self.participants}
        return (
            self.kind,
            self.on,
            self.subject,
            people,
            {organisation.id for organisation in self.organisations},
        )


def _require_joined(participants: Sequence[Participant], organisations: Sequence[Organisation]) -> None:
    if len(organisations) < 2:
        raise ContactOfOneParty
    came = {participant.organisation_id for participant in participants}
    for organisation in organisations:
        if organisation.id not in came:
            raise NobodyOfParty(organisation=organisation.name)


@dataclass(eq=False)
class Ceremony:
    """A ceremony: which parties took part, and on which day."""

    id: UUID
    agency: str
    partnership_id: UUID
    title: str
    on: date
    organisations: list[Organisation]
    recorded_at: datetime
    version: int = 0

    def correct(self, title: str, on: date, organisations: Sequence[Organisation]) -> None:
        """Correct the record; the events keep the earlier one."""
        before = self.title, self.on, {organisation.id for organisation in self.organisations}
        if before == (title, on, {organisation.id for organisation in organisations}):
            raise NothingCorrected
        self.title, self.on, self.organisations = title, on, list(organisations)
