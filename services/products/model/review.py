"""The review of a version: two parties and two persons approve it before it is published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.products.model.version import Version
from shared.contracts.vocabulary import VersionState
from shared.identity.four_eyes import tie_to_work
from shared.refusal import Refusal

APPROVALS_NEEDED = 2


class ApprovedAlready(Refusal):
    """Two different parties approve."""

    kind = "conflict"
    message = "Your organisation has approved version %(number)s already."
    remedy = "A second, different party must approve it."


class SamePersonApproves(Refusal):
    """Two different persons approve, whichever organisations they act for."""

    kind = "conflict"
    message = "You have approved version %(number)s already, or belong to an organisation that has."
    remedy = "Somebody else must approve it for this organisation."


class ApprovalsMissing(Refusal):
    """A version is published only after two parties approved it."""

    kind = "conflict"
    message = "Version %(number)s has %(approvals)s of %(needed)s approvals and is “%(state)s”."
    remedy = "Let representatives of two different parties approve it first."


class NothingToReview(Refusal):
    """A version is reviewed when there is something to read in it."""

    kind = "conflict"
    message = "Version %(number)s has neither a text nor a main file."
    remedy = "Write the body of one of its texts, or add a file with the role main, and submit it again."


class OwnReview(Refusal):
    """Changes are asked for by another party than the one that submitted the version."""

    kind = "forbidden"
    message = "Your organisation submitted version %(number)s itself."
    remedy = "Let another party review it."
    reason = "the organisation submitted the version itself"


class SamePersonReviews(Refusal):
    """Another person than the one who submitted reviews, whichever organisation they act for."""

    kind = "forbidden"
    message = "You submitted version %(number)s yourself, or belong to the organisation that did."
    remedy = "Let somebody else of another party review it."
    reason = "another person reviews the version"


class OthersReview(Refusal):
    """A review is taken back by the party that asked for it."""

    kind = "forbidden"
    message = "Another organisation submitted version %(number)s."
    remedy = "Request changes and say why, or let the organisation that submitted it take it back."
    reason = "another organisation submitted the version"


class ValidityPassed(Refusal):
    """What is published is valid at least for today."""

    kind = "conflict"
    message = "Version %(number)s would be valid until %(valid_until)s, which has passed."
    remedy = "Have changes requested and give it a later day, or none."


@dataclass(eq=False)
class Approval:
    """One party's approval of one version, the first or second, given by a person known by an opaque id."""

    number: int
    place: int
    organisation_id: UUID
    member: str
    approved_at: datetime


Belongs = Callable[[UUID | None], bool]
"""Whether the person who acts belongs to an organisation."""


def to_none(_organisation: UUID | None) -> bool:
    """Nobody is known to belong anywhere."""
    return False


def require_content(version: Version) -> None:
    """Refuse to submit a version in which there is nothing to read."""
    version.require("submit")
    if not version.has_content:
        raise NothingToReview(number=version.number)


def require_other_party(version: Version, by: UUID, person: str, belongs: Belongs = to_none) -> None:
    """Refuse changes for which the submitting party asks, or a person who submitted or belongs to it."""
    version.require("request changes")
    owner = version.submitted_by
    match tie_to_work(by, person, owner=owner, hands=[version.submitter], belongs=belongs(owner)):
        case "party":
            raise OwnReview(number=version.number)
        case "person":
            raise SamePersonReviews(number=version.number)


def require_submitter(version: Version, by: UUID) -> None:
    """Refuse to take back what another party submitted."""
    version.require("take back")
    if version.submitted_by != by:
        raise OthersReview(number=version.number)


def act_of_approval(
    version: Version, given: Sequence[Approval], by: UUID, member: str, belongs: Belongs = to_none
) -> str:
    """Which act one more approval is; refuses a second one by the same party, or by a person tied to it."""
    for first in given if version.state is VersionState.IN_REVIEW else ():
        owner = first.organisation_id
        match tie_to_work(by, member, owner=owner, hands=[first.member], belongs=belongs(owner)):
            case "party":
                raise ApprovedAlready(number=version.number)
            case "person":
                raise SamePersonApproves(number=version.number)
    return "second approval" if len(given) + 1 == APPROVALS_NEEDED else "first approval"


def require_publishable(version: Version, given: Sequence[Approval], today: date) -> None:
    """Refuse what two parties have not approved, and what is valid no more on the day of its publication."""
    if version.state is VersionState.IN_REVIEW:
        raise ApprovalsMissing(
            number=version.number, state=version.state, approvals=len(given), needed=APPROVALS_NEEDED
        )
    version.require("publish")
    if len(given) < APPROVALS_NEEDED:
        raise ApprovalsMissing(
            number=version.number, state=version.state, approvals=len(given), needed=APPROVALS_NEEDED
        )
    if version.valid_until is not None and version.valid_until < today:
        raise ValidityPassed(number=version.number, valid_until=version.valid_until)
