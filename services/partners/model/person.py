"""Persons and their memberships."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.days import require_past
from shared.plain_text import letters
from shared.refusal import Refusal


class PersonRetired(Refusal):
    """A retired person gets no new roles."""

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
    """A person by name; everywhere else only the opaque id is used.

    No event records a correction, so ``version`` is increased here.
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
        """Compute the search key of the name."""
        self.name_key = letters(self.name)

    def require_active(self) -> None:
        """Refuse a retired person with :class:`PersonRetired`."""
        if self.retired_at is not None:
            raise PersonRetired

    def amend(self, name: str, email: str | None, phone: str | None) -> None:
        """Correct the name and the contact details."""
        self.require_active()
        self.name, self.name_key = name, letters(name)
        self.email, self.phone = email, phone
        self.version += 1

    def retire(self, at: datetime) -> None:
        """Retire the person; ended memberships and past acts keep the id."""
        self.require_active()
        self.retired_at = at


@dataclass(eq=False)
class Membership:
    """A person's membership in an organisation with a role, from the day ``since`` to the day ``until``."""

    id: UUID
    agency: str
    person_id: UUID
    organisation_id: UUID
    role: str
    since: date
    until: date | None = None
    version: int = 0

    def end(self, until: date, today: date) -> None:
        """End it with a last day that is not in the future."""
        if self.until is not None:
            raise MembershipOver(until=self.until)
        require_past(until, today)
        if until < self.since:
            raise MembershipEndsTooEarly(since=self.since, until=until)
        self.until = until
