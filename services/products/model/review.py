"""Review: two parties and two persons must approve a version."""

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
    """Two different parties must approve."""

    kind = "conflict"
    message = "Your organisation has already approved version %(number)s."
    remedy = "Ask another party to approve it."


class SamePersonApproves(Refusal):
    """Two different people must approve, whichever organisations they act for."""

    kind = "conflict"
    message = "You have already approved version %(number)s, or belong to an organisation that has."
    remedy = "Ask another person to approve it for this organisation."


class ApprovalsMissing(Refusal):
    """A version is published only after two parties have approved it."""

    kind = "conflict"
    message = "Version %(number)s has %(approvals)s of %(needed)s approvals; its state is “%(state)s”."
    remedy = "Ask representatives of two different parties to approve it first."


class NothingToReview(Refusal):
    """A version needs content to be reviewed."""

    kind = "conflict"
    message = "Version %(number)s has neither a text nor a main file."
    remedy = "Write the body of one of its texts, or add a file with the role main, and submit it again."


class OwnReview(Refusal):
    """Changes are requested by another party than the one that submitted the version."""

    kind = "forbidden"
    message = "Your organisation submitted version %(number)s itself."
    remedy = "Ask another party to review it."
    reason = "the organisation submitted the version itself"


class SamePersonReviews(Refusal):
    """The reviewer is another person than the submitter, whichever organisation they act for."""

    kind = "forbidden"
    message = "You submitted version %(number)s yourself, or belong to the organisation that did."
    remedy = "Ask another person from another party to review it."
    reason = "another person must review the version"


class OthersReview(Refusal):
    """Only the party that requested a review can withdraw the version from it."""

    kind = "forbidden"
    message = "Version %(number)s was submitted by another organisation."
    remedy = (
        "Request changes with a reason, or ask the organisation that submitted it to withdraw it from review."
    )
    reason = "another organisation submitted the version"


class ValidityPassed(Refusal):
    """A version is published only if it is valid at least today."""

    kind = "conflict"
    message = "The last valid day of version %(number)s, %(valid_until)s, has passed."
    remedy = "Request changes, then enter a later day, or none."


@dataclass(eq=False)
class Approval:
    """One party's approval of one version, the first or second, given by a person known by an opaque id."""

    number: int
    place: int
    organisation_id: UUID
    member: str
    approved_at: datetime


Belongs = Callable[[UUID | None], bool]
"""Whether the acting person belongs to an organisation."""


def to_none(_organisation: UUID | None) -> bool:
    """No memberships: nobody belongs anywhere."""
    return False


def require_content(version: Version) -> None:
    """Refuse to submit a version without content."""
    version.require("submit")
    if not version.has_content:
        raise NothingToReview(number=version.number)


def require_other_party(version: Version, by: UUID, person: str, belongs: Belongs = to_none) -> None:
    """Refuse changes requested by the submitting party, or by the submitter or a member of that party."""
    version.require("request changes")
    owner = version.submitted_by
    match tie_to_work(by, person, owner=owner, hands=[version.submitter], belongs=belongs(owner)):
        case "party":
            raise OwnReview(number=version.number)
        case "person":
            raise SamePersonReviews(number=version.number)


def require_submitter(version: Version, by: UUID) -> None:
    """Refuse a withdrawal from review by another party."""
    version.require("take back")
    if version.submitted_by != by:
        raise OthersReview(number=version.number)


def act_of_approval(
    version: Version, given: Sequence[Approval], by: UUID, member: str, belongs: Belongs = to_none
) -> str:
    """The act of another approval; refuses a second one by the same party, or by a related person."""
    for first in given if version.state is VersionState.IN_REVIEW else ():
        owner = first.organisation_id
        match tie_to_work(by, member, owner=owner, hands=[first.member], belongs=belongs(owner)):
            case "party":
                raise ApprovedAlready(number=version.number)
            case "person":
                raise SamePersonApproves(number=version.number)
    return "second approval" if len(given) + 1 == APPROVALS_NEEDED else "first approval"


def require_publishable(version: Version, given: Sequence[Approval], today: date) -> None:
    """Refuse a version without two approvals, or no longer valid today."""
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
