"""Agreements: signatories, validity and renewal."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.partners.model.organisation import Organisation
from shared.contracts.vocabulary import AgreementState, DisclosureException
from shared.days import require_past
from shared.identity.actor import Actor
from shared.identity.permissions import Role
from shared.refusal import Refusal
from shared.states import Machine

WARNING = timedelta(days=60)
"""How long before its end an agreement without a renewal is announced."""
READERS = frozenset({Role.COORDINATOR, Role.AUDITOR})
"""Roles of an agency that may read texts that are not public."""


machine = Machine(
    "agreement",
    {
        (AgreementState.UNCONFIRMED, "confirm signing"): AgreementState.UNCONFIRMED,
        (AgreementState.UNCONFIRMED, "last confirmation"): AgreementState.REGISTERED,
        (AgreementState.UNCONFIRMED, "terminate"): AgreementState.TERMINATED,
        (AgreementState.REGISTERED, "first day came"): AgreementState.IN_FORCE,
        (AgreementState.REGISTERED, "terminate"): AgreementState.TERMINATED,
        (AgreementState.IN_FORCE, "last day passed"): AgreementState.EXPIRED,
        (AgreementState.IN_FORCE, "terminate"): AgreementState.TERMINATED,
    },
)


class SignatoriesTooFew(Refusal):
    """An agreement needs two signatories; a decree only one."""

    kind = "invalid"
    message = "An agreement needs at least two different signatories; a decree needs one."
    remedy = "List every party that signed it, each once."


class OfficeOfNobody(Refusal):
    """Offices are those of the signatories."""

    kind = "invalid"
    message = (
        "An office is given for an organisation that is not among the signatories, or twice for the same."
    )
    remedy = "Give at most one office for each signatory."


class AgreementEndsTooEarly(Refusal):
    """An agreement is in force for at least a day."""

    kind = "invalid"
    message = "The last day in force, %(until)s, is before the first, %(since)s."
    remedy = "Enter a last day on or after the first, or leave it empty for an agreement without an end."


class ExceptionUnexplained(Refusal):
    """Agreements with third parties are public (Law 14/2008, Art. 11(1)(e)), but for Art. 17."""

    kind = "invalid"
    message = (
        "An agreement is public unless an exception is given with its class and its reason; a public "
        "agreement has neither."
    )
    remedy = "Set public to false and give exception_class and exception_reason, or leave all three out."


class RenewsElsewhere(Refusal):
    """An agreement renews one of its own partnership."""

    kind = "invalid"
    message = "The agreement to renew, %(number)s, belongs to another partnership."
    remedy = "Choose an agreement of the same partnership."


class RenewsLater(Refusal):
    """An agreement renews an older one."""

    kind = "invalid"
    message = (
        "The agreement to renew, %(number)s, is in force only from %(since)s, which is not earlier "
        "than the new one."
    )
    remedy = "Choose the preceding agreement, or correct the first day in force."


class RenewedAlready(Refusal):
    """An agreement is renewed once."""

    kind = "conflict"
    message = "The agreement %(number)s has already been renewed."
    remedy = "Renew its successor instead."


class TerminatedBeforeSigned(Refusal):
    """An agreement can end only after it was signed."""

    kind = "invalid"
    message = "The agreement was signed on %(signed)s and cannot have ended on %(on)s."
    remedy = "Enter the day on which it ended, on or after the day of signing."


class ConfirmedAlready(Refusal):
    """Each signatory confirms its own signing once."""

    kind = "conflict"
    message = "%(organisation)s has already confirmed that it signed this agreement."
    remedy = "This organisation has nothing more to do."


class AgreementHasFile(Refusal):
    """The published text of an agreement cannot be replaced."""

    kind = "conflict"
    message = "The file of this agreement is already stored and cannot be replaced."
    remedy = (
        "If it is the wrong file, terminate this record for that reason and register the agreement again."
    )


@dataclass(eq=False)
class AgreementFile:
    """The stored signed text; ``size`` in bytes, ``key`` its key in the file store."""

    filename: str
    media_type: str
    size: int
    sha256: str
    key: str
    added_at: datetime


@dataclass(eq=False)
class Signatory:
    """An organisation that signed, when it confirmed that, and the office of who signed for it."""

    organisation: Organisation
    confirmed_at: datetime | None = None
    office: str | None = None

    @property
    def id(self) -> UUID:
        """The organisation's id."""
        return self.organisation.id


@dataclass(eq=False)
class Agreement:
    """A memorandum, a cooperation agreement, a decree or another document between parties.

    It is not public before each signatory has confirmed that it signed.

    In force from the start of ``in_force_from`` to the end of ``in_force_until`` (None: no end).
    """

    id: UUID
    agency: str
    partnership_id: UUID
    kind: str
    number: str
    title: str
    signed_on: date
    in_force_from: date
    in_force_until: date | None
    signatories: list[Signatory]
    registered_at: datetime
    public: bool = True
    exception_reason: str | None = None
    exception_class: DisclosureException | None = None
    renews: UUID | None = None
    renewed_by: UUID | None = None
    state: AgreementState = AgreementState.UNCONFIRMED
    terminated_on: date | None = None
    termination_reason: str | None = None
    file: AgreementFile | None = None
    version: int = 0

    def __post_init__(self) -> None:
        """Refuse invalid signatories and days."""
        least = 1 if self.kind == "decree" else 2
        if len({signatory.id for signatory in self.signatories}) < max(least, len(self.signatories)):
            raise SignatoriesTooFew
        if self.in_force_until is not None and self.in_force_until < self.in_force_from:
            raise AgreementEndsTooEarly(since=self.in_force_from, until=self.in_force_until)
        if {self.exception_reason is None, self.exception_class is None} != {self.public}:
            raise ExceptionUnexplained

    @property
    def awaited(self) -> list[Signatory]:
        """The signatories that have not confirmed yet."""
        return [signatory for signatory in self.signatories if signatory.confirmed_at is None]

    @property
    def ended(self) -> bool:
        """Whether it is no longer in force."""
        return self.state in (AgreementState.EXPIRED, AgreementState.TERMINATED)

    @property
    def warn_from(self) -> date | None:
        """The day of the reminder of its end, never before it is in force; None without an end."""
        if self.in_force_until is None:
            return None
        return max(self.in_force_from, self.in_force_until - WARNING)

    def follow(self, earlier: Agreement) -> None:
        """Renew an earlier agreement of the same partnership that is not renewed yet."""
        if earlier.partnership_id != self.partnership_id:
            raise RenewsElsewhere(number=earlier.number)
        if earlier.in_force_from >= self.in_force_from:
            raise RenewsLater(number=earlier.number, since=earlier.in_force_from)
        if earlier.renewed_by is not None:
            raise RenewedAlready(number=earlier.number)
        self.renews, earlier.renewed_by = earlier.id, self.id
        earlier.version += 1

    def release(self, earlier: Agreement) -> None:
        """Undo the renewal of the earlier agreement, so that another one may renew it."""
        if earlier.renewed_by == self.id:
            earlier.renewed_by = None
            earlier.version += 1

    def signed_for(self, organisation_id: UUID | None) -> bool:
        """Whether an organisation is a signatory."""
        return any(signatory.id == organisation_id for signatory in self.signatories)

    def shows_text_to(self, reader: Actor, theirs: Collection[UUID]) -> bool:
        """Whether a reader may see the signed text and the description of its file.

        If it is not public, only the agency's coordinators and auditors, and the representatives of its
        signatories and of the parties may; ``theirs`` are the reader's partnerships.
        """
        if self.public:
            return True
        works = reader.agency == self.agency and not reader.roles.isdisjoint(READERS)
        represents = reader.has(Role.REPRESENTATIVE) and self.signed_for(reader.organisation)
        return works or represents or self.partnership_id in theirs

    def confirm(self, organisation_id: UUID, at: datetime, office: str | None = None) -> bool:
        """Confirm for a signatory that it signed, and in which office; returns whether all have."""
        self.state = machine.after(self.state, "confirm signing")
        signatory = next(signatory for signatory in self.signatories if signatory.id == organisation_id)
        if signatory.confirmed_at is not None:
            raise ConfirmedAlready(organisation=signatory.organisation.name)
        signatory.confirmed_at = at
        signatory.office = office or signatory.office
        return not self.awaited

    def complete(self) -> None:
        """Register it once every signatory has confirmed."""
        self.state = machine.after(self.state, "last confirmation")

    def enter_into_force(self) -> None:
        """Enter into force on its first day."""
        self.state = machine.after(self.state, "first day came")

    def expire(self) -> None:
        """Expire after its last day."""
        self.state = machine.after(self.state, "last day passed")

    def terminate(self, on: date, reason: str, today: date) -> None:
        """Terminate it early, on a day that is not in the future."""
        following = machine.after(self.state, "terminate")
        require_past(on, today)
        if on < self.signed_on:
            raise TerminatedBeforeSigned(signed=self.signed_on, on=on)
        self.state, self.terminated_on, self.termination_reason = following, on, reason

    def attach(self, file: AgreementFile) -> None:
        """Attach the signed text, once."""
        if self.file is not None:
            raise AgreementHasFile
        self.file = file
