"""Persons and their memberships."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.days import require_past
from shared.plain_text import letters
from shared.refusal import Refusal


class PersonRetired(Refusal):
    """A retired person takes on nothing new."""

    kind = "conflict"
    message = "This person is retired in the registry."
    remedy = "Register the person again if they are active again."


class MembershipOver(Refusal):
    """A membership ends once."""

    kind = "conflict"
    message = "This membership ended on %(until)s."
    remedy = "Begin a new membership if the person has returned."


class MembershipEndsTooEarly(Refusal):
    """A membership ends after it began."""

    kind = "invalid"
    message = "The membership began on %(since)s and cannot end on %(until)s."
    remedy = "Enter a last day on or after the first."


@dataclass(eq=False)
class Person:
    """Somebody, by name; everywhere else the id alone stands for him or her.

    No event tells of a correction, so that counts up ``version`` itself.
    """

    id: UUID
    agency: str
    name: str
    registered_at: datetime
    email: str | None = None
    phone: str | None = None
    retired_at: datetime | None = None
    version: int = 0
    name_key: str = ""

    def __post_init__(self) -> None:
        """Be found by the letters of the name."""
        self.name_key = letters(self.name)

    def require_active(self) -> None:
        """Refuse what a retired person cannot take on, with :class:`PersonRetired`."""
        if self.retired_at is not None:
            raise PersonRetired

    def amend(self, name: str, email: str | None, phone: str | None) -> None:
        """Correct the name and the ways to reach the person."""
        self.require_active()
        self.name, self.name_key = name, letters(name)
        self.email, self.phone = email, phone
        self.version += 1

    def retire(self, at: datetime) -> None:
        """Take the person out of service; ended memberships and past acts keep the id."""
        self.require_active()
        self.retired_at = at


@dataclass(eq=False)
class Membership:
    """That a person belongs to an organisation in a role, from the day ``since`` to the day ``until``."""

    id: UUID
    agency: str
    person_id: UUID
    organisation_id: UUID
    role: str
    since: date
    until: date | None = None
    version: int = 0

    def end(self, until: date, today: date) -> None:
        """End it with a last day that has come."""
        if self.until is not None:
            raise MembershipOver(until=self.until)
        require_past(until, today)
        if until < self.since:
            raise MembershipEndsTooEarly(since=self.since, until=until)
        self.until = until
