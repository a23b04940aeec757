"""Uses and print batches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.products.model.version import Version
from shared.contracts.vocabulary import Language, Phase
from shared.corrections import NothingCorrected
from shared.days import require_past
from shared.identity.four_eyes import tie_to_work
from shared.refusal import Refusal


class NotPublishedThen(Refusal):
    """Only a version that was public on that day could be used or printed."""

    kind = "conflict"
    message = "Version %(number)s was not published on %(on)s."
    remedy = "Check the day and the version."


class LanguageMissing(Refusal):
    """Copies are printed in a language of the version."""

    kind = "invalid"
    message = "Version %(number)s has no text and no file in the language %(language)s."
    remedy = "Choose one of: %(languages)s."


class NotForPhase(Refusal):
    """A product is used in one of its phases."""

    kind = "invalid"
    message = "Version %(number)s is not intended for the phase %(phase)s."
    remedy = "Choose one of: %(phases)s."


class NotForAudience(Refusal):
    """A product is used for one of its audiences."""

    kind = "invalid"
    message = "Version %(number)s is not intended for the audience %(audience)s."
    remedy = "Choose one of: %(audiences)s."


class VerifiedByItsUser(Refusal):
    """Only a party other than the one that used a product verifies it."""

    kind = "forbidden"
    message = "Your organisation used this product, so another party must verify it."
    remedy = "Ask a representative of another party to verify it."
    reason = "another party must verify the use"


class VerifiedByItsRecorder(Refusal):
    """Only a person other than the recorder verifies a use."""

    kind = "forbidden"
    message = "You recorded this use, or belong to the party that used the product."
    remedy = "Ask another person from another party to verify it."
    reason = "another person must verify the use"


class VerifiedAlready(Refusal):
    """A use is verified once."""

    kind = "conflict"
    message = "This use has already been verified."
    remedy = "Nothing more is to be done."


class PrintedByAnother(Refusal):
    """The organisation that printed copies records their number."""

    kind = "forbidden"
    message = "These copies were recorded by another organisation."
    remedy = "Ask a representative of that organisation to correct it."
    reason = "another organisation recorded the printed copies"


def require_made_for(version: Version, phase: Phase, audience: str) -> None:
    """Refuse a phase or an audience that is not among those of the version."""
    facets = version.facets
    if phase not in facets.phases:
        phases = list(facets.phases)
        raise NotForPhase(number=version.number, phase=phase, phases=phases)
    if audience not in facets.audiences:
        raise NotForAudience(number=version.number, audience=audience, audiences=list(facets.audiences))


def require_public_on(version: Version, on: date, since: date, until: date, today: date) -> None:
    """Refuse a day on which the version was not public; ``since`` and ``until`` are its first and last."""
    require_past(on, today)
    if not since <= on <= until:
        raise NotPublishedThen(number=version.number, on=on)


def require_language(version: Version, language: Language) -> None:
    """Refuse a language that the version does not have."""
    if language not in version.languages:
        raise LanguageMissing(number=version.number, language=language, languages=list(version.languages))


@dataclass(eq=False)
class Use:
    """A use of a product in an action: ``reached`` is the number of people reached on the day ``on``.

    ``recorded_by`` is the opaque id of a person, ``verified_by`` the id of another party.
    """

    id: UUID
    agency: str
    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    phase: Phase
    audience: str
    organisation_id: UUID
    activity_id: UUID | None
    reached: int
    on: date
    recorded_at: datetime
    recorded_by: str | None = None
    verified_by: UUID | None = None
    verified_at: datetime | None = None
    version: int = 0

    def verify(self, by: UUID, person: str, at: datetime, *, belongs: bool = False) -> None:
        """Verify it as another party and another person, who does not belong to the one that used it."""
        hands = () if self.recorded_by is None else (self.recorded_by,)
        match tie_to_work(by, person, owner=self.organisation_id, hands=hands, belongs=belongs):
            case "party":
                raise VerifiedByItsUser
            case "person":
                raise VerifiedByItsRecorder
        if self.verified_by is not None:
            raise VerifiedAlready
        self.verified_by, self.verified_at = by, at


@dataclass(eq=False)
class PrintBatch:
    """Copies of a version that a party printed."""

    id: UUID
    agency: str
    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    language: Language
    copies: int
    on: date
    organisation_id: UUID
    recorded_at: datetime
    version: int = 0

    def correct(self, by: UUID, version: Version, language: Language, copies: int, on: date) -> None:
        """Correct the record, as the party that made it; the events keep the earlier one."""
        if by != self.organisation_id:
            raise PrintedByAnother
        said = (version.number, language, copies, on)
        if said == (self.product_version, self.language, self.copies, self.on):
            raise NothingCorrected
        self.product_version, self.language, self.copies, self.on = said
        self.title = version.title
