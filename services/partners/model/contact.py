"""Contacts and ceremonies: recorded and never penalised, but not enough alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.partners.model.organisation import Organisation
from shared.refusal import Refusal


class ContactOfOneParty(Refusal):
    """A contact joins parties."""

    kind = "invalid"
    message = "A contact takes place between at least two different parties."
    remedy = "Name every party whose people took part."


class NobodyOfParty(Refusal):
    """A party took part through somebody."""

    kind = "invalid"
    message = "Nobody of %(organisation)s is among those who took part."
    remedy = "Name who took part for each party, and only the parties whose people took part."


@dataclass(eq=False)
class Participant:
    """Somebody who took part, and the organisation that he or she belonged to on that day."""

    person_id: UUID
    organisation_id: UUID


@dataclass(eq=False)
class Contact:
    """That people of several parties spoke with one another, about what, on which day."""

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
        """Refuse what joins nobody."""
        if len(self.organisations) < 2:
            raise ContactOfOneParty
        came = {one.organisation_id for one in self.participants}
        for organisation in self.organisations:
            if organisation.id not in came:
                raise NobodyOfParty(organisation=organisation.name)


@dataclass(eq=False)
class Ceremony:
    """That a ceremony took place, with which parties, on which day."""

    id: UUID
    agency: str
    partnership_id: UUID
    title: str
    on: date
    organisations: list[Organisation]
    recorded_at: datetime
    version: int = 0
