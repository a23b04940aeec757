"""Products and their versions: what a partnership gives to people, approved by two parties."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.refusal import Refusal

APPROVALS_NEEDED = 2


class VersionState(StrEnum):
    """Where a version stands."""

    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


# Every change of a version's state: (from, act) → to. The diagram in the README is made from it.
TRANSITIONS: dict[tuple[VersionState, str], VersionState] = {
    (VersionState.IN_REVIEW, "second approval"): VersionState.APPROVED,
    (VersionState.APPROVED, "publish"): VersionState.PUBLISHED,
    (VersionState.PUBLISHED, "newer version published"): VersionState.SUPERSEDED,
}


class NothingToApprove(Refusal):
    """The newest version is not in review."""

    kind = "conflict"
    message = "Version %(number)s cannot be approved: it is %(state)s."
    remedy = "A new version can be added and approved."


class ApprovedAlready(Refusal):
    """Two different parties approve."""

    kind = "conflict"
    message = "Your organisation has approved version %(number)s already."
    remedy = "A second, different party must approve it."


class ApprovalsMissing(Refusal):
    """A version is published only after two parties approved it."""

    kind = "conflict"
    message = "Version %(number)s has %(approvals)s of %(needed)s approvals and is %(state)s."
    remedy = "Let representatives of two different parties approve it first."


class VersionInReview(Refusal):
    """One version at a time is under way."""

    kind = "conflict"
    message = "Version %(number)s is still %(state)s."
    remedy = "Publish it before you add another one."


@dataclass(eq=False)
class Approval:
    """One party's approval of one version."""

    number: int
    organisation_id: UUID
    approved_at: datetime


@dataclass(eq=False)
class Version:
    """One edition of a product: a file and where it stands."""

    number: int
    filename: str
    media_type: str
    size: int
    sha256: str
    key: str
    added_at: datetime
    state: VersionState = VersionState.IN_REVIEW
    published_at: datetime | None = None


@dataclass(eq=False)
class Product:
    """Something that people can use to prevent, handle or make good a problem."""

    id: UUID
    agency: str
    partnership_id: UUID
    title: str
    kind: str
    phase: str
    language: str
    drafted_by: UUID
    drafted_at: datetime
    versions: list[Version] = field(default_factory=list)
    approvals: list[Approval] = field(default_factory=list)
    version: int = 0

    @property
    def newest(self) -> Version:
        """The version that was added last."""
        return self.versions[-1]

    @property
    def published(self) -> Version | None:
        """The version that the public sees."""
        return next((one for one in self.versions if one.state is VersionState.PUBLISHED), None)

    def approvals_of(self, number: int) -> list[Approval]:
        """Who approved a version."""
        return [one for one in self.approvals if one.number == number]

    def add_version(self, version: Version) -> None:
        """Add the next version, when none is under way."""
        if self.versions and self.newest.state in (VersionState.IN_REVIEW, VersionState.APPROVED):
            raise VersionInReview(number=self.newest.number, state=self.newest.state)
        self.versions.append(version)

    def approve(self, by: UUID, at: datetime) -> int:
        """Approve the newest version for a party; returns how many approvals it has now."""
        version = self.newest
        if version.state is not VersionState.IN_REVIEW:
            raise NothingToApprove(number=version.number, state=version.state)
        given = self.approvals_of(version.number)
        if any(one.organisation_id == by for one in given):
            raise ApprovedAlready(number=version.number)
        self.approvals.append(Approval(version.number, by, at))
        if len(given) + 1 == APPROVALS_NEEDED:
            version.state = TRANSITIONS[version.state, "second approval"]
        return len(given) + 1

    def publish(self, at: datetime) -> Version:
        """Publish the newest version; the one that was public is superseded."""
        version = self.newest
        following = TRANSITIONS.get((version.state, "publish"))
        if following is None:
            raise ApprovalsMissing(
                number=version.number,
                state=version.state,
                approvals=len(self.approvals_of(version.number)),
                needed=APPROVALS_NEEDED,
            )
        before = self.published
        if before is not None:
            before.state = TRANSITIONS[before.state, "newer version published"]
        version.state, version.published_at = following, at
        return version
