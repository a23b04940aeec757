"""Products and their versions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self
from uuid import UUID

from services.products.model.code import code_of
from services.products.model.facets import Facets
from services.products.model.relation import Link, RelatedAlready, RelatedToItself
from services.products.model.review import (
    Approval,
    Belongs,
    act_of_approval,
    require_content,
    require_other_party,
    require_publishable,
    require_submitter,
    to_none,
)
from services.products.model.standing import NothingPublished, ProductGone, UnknownVersion, VersionUnderWay
from services.products.model.text import Text
from services.products.model.umbrella import NoUmbrella, Umbrella
from services.products.model.version import File, Version
from shared.contracts.vocabulary import ProductKind, ProductRelation, Standing, Subject, Tense, VersionState


@dataclass(eq=False)
class Product:
    """Something that people can use to prevent, handle or repair a problem.

    Its title and facets are those of the version published last; before the first publication, those of its
    draft.
    """

    id: UUID
    agency: str
    partnership_id: UUID
    title: str
    kind: ProductKind
    phases: list[str]
    audiences: list[str]
    tense: Tense | None
    subject: Subject | None
    media: list[str]
    problem_id: UUID | None
    drafted_by: UUID
    drafted_at: datetime
    versions: list[Version] = field(default_factory=list)
    approvals: list[Approval] = field(default_factory=list)
    relations: list[Link] = field(default_factory=list)
    legal: Umbrella | None = None
    version: int = 0

    @classmethod
    def begun(
        cls, new_id: UUID, agency: str, partnership_id: UUID, kind: ProductKind, draft: Version
    ) -> Self:
        """A new product with the draft of its first version."""
        draft.facets.check(kind)
        of, by, at = draft.facets, draft.drafted_by, draft.drafted_at
        product = cls(
            new_id, agency, partnership_id, draft.title, kind, [], [], of.tense, of.subject, [], None, by, at
        )
        product.versions.append(draft)
        product._adopt(draft)
        return product

    @property
    def kept(self) -> list[Version]:
        """Its versions without discarded ones."""
        return [version for version in self.versions if version.state is not VersionState.DISCARDED]

    @property
    def is_gone(self) -> bool:
        """Whether only its timeline is left, because its only version was discarded."""
        return not self.kept

    def require_kept(self) -> None:
        """Refuse a discarded product; raises :class:`ProductGone`."""
        if self.is_gone:
            raise ProductGone(title=self.title)

    @property
    def newest(self) -> Version:
        """The version begun last, discarded ones only if there is no other."""
        return (self.kept or self.versions)[-1]

    @property
    def published(self) -> Version | None:
        """The currently published version."""
        return next((version for version in self.versions if version.state is VersionState.PUBLISHED), None)

    @property
    def known(self) -> list[Version]:
        """The public versions: published now or in the past."""
        return [version for version in self.versions if version.was_published]

    def numbered(self, number: int) -> Version:
        """One of its versions; raises :class:`UnknownVersion`."""
        if not 1 <= number <= len(self.versions):
            raise UnknownVersion(number=number)
        return self.versions[number - 1]

    def standing(self, today: date) -> Standing:
        """Its standing; a published umbrella that is no longer in force is revoked or lapsed."""
        if self.published is None:
            return Standing((self.known or self.kept)[-1].state)
        return self.legal.standing(today) if self.legal else Standing.PUBLISHED

    def approvals_of(self, number: int) -> list[Approval]:
        """The approvals of a version."""
        return [approval for approval in self.approvals if approval.number == number]

    def require_published(self, today: date) -> Version:
        """The published version; raises :class:`NothingPublished`."""
        self.require_kept()
        if self.published is None:
            raise NothingPublished(standing=self.standing(today))
        return self.published

    def edit(self, facets: Facets, texts: Sequence[Text], valid_until: date | None) -> None:
        """Replace the content of the draft."""
        self.newest.require("edit")
        facets.check(self.kind)
        self.newest.write(texts)
        self.newest.facets, self.newest.valid_until = facets, valid_until
        if not self.known:
            self._adopt(self.newest)

    def add_file(self, file: File) -> None:
        """Add a file to the draft."""
        self.newest.add_file(file)

    def remove_file(self, file_id: UUID) -> File:
        """Remove a file from the draft; returns it."""
        return self.newest.remove_file(file_id)

    def discard(self, at: datetime) -> Version:
        """Discard the draft; a product without another version is gone."""
        version = self.newest
        version.go("discard")
        version.closed_at = at
        if self.is_gone:
            self.relations.clear()
        return version

    def submit(self, by: UUID, person: str) -> Version:
        """Submit the draft for review; ``person`` is the opaque id of the submitter."""
        version = self.newest
        require_content(version)
        version.go("submit")
        version.submitted_by, version.submitter = by, person
        return version

    def request_changes(self, by: UUID, person: str, belongs: Belongs = to_none) -> Version:
        """Return the version to draft; its approvals become void."""
        version = self.newest
        require_other_party(version, by, person, belongs)
        return self._back_to_draft(version, "request changes")

    def take_back(self, by: UUID) -> Version:
        """Withdraw the version from review, as the party that submitted it."""
        version = self.newest
        require_submitter(version, by)
        return self._back_to_draft(version, "take back")

    def approve(self, by: UUID, member: str, at: datetime, belongs: Belongs = to_none) -> int:
        """Approve the newest version for a party; returns how many approvals it has."""
        version, given = self.newest, self.approvals_of(self.newest.number)
        version.go(act_of_approval(version, given, by, member, belongs))
        self.approvals.append(Approval(version.number, len(given) + 1, by, member, at))
        return len(given) + 1

    def publish(self, at: datetime, today: date, bound: Collection[UUID] | None = None) -> Version | None:
        """Publish the newest version; returns the one that it supersedes.

        Approvals of parties that have left (not among the ``bound``) do not count.
        """
        version, before = self.newest, self.published
        given = self.approvals_of(version.number)
        counting = [item for item in given if bound is None or item.organisation_id in bound]
        require_publishable(version, counting, today)
        version.go("publish")
        if before is not None:
            before.go("newer version published")
            before.closed_at = at
        version.published_at = at
        self._adopt(version)
        return before

    def withdraw(self, reason: str, at: datetime, today: date) -> Version:
        """Withdraw the published version; the reason stays."""
        version = self.require_published(today)
        version.go("withdraw")
        version.withdrawn_reason, version.closed_at = reason, at
        return version

    def expire(self, number: int, at: datetime) -> Version:
        """Expire the published version after its last day."""
        version = self.numbered(number)
        version.go("last day passed")
        version.closed_at = at
        return version

    def begin_version(self, new_id: Callable[[], UUID], by: UUID, at: datetime) -> Version:
        """Begin the next version as a copy of the newest one that was not discarded."""
        self.require_kept()
        if self.newest.is_under_way:
            raise VersionUnderWay(number=self.newest.number, state=self.newest.state)
        version = self.newest.following(len(self.versions) + 1, by, at, new_id, code_of(new_id()))
        self.versions.append(version)
        return version

    def relate(self, relation: ProductRelation, target: UUID, by: UUID, at: datetime) -> None:
        """Relate it to another product."""
        if target == self.id:
            raise RelatedToItself
        if any((link.relation, link.target) == (relation, target) for link in self.relations):
            raise RelatedAlready(relation=relation, target=str(target))
        self.relations.append(Link(relation, target, by, at))

    def require_umbrella(self) -> Umbrella:
        """Its legal terms; raises :class:`NoUmbrella` for another kind, or if it is not published."""
        if self.legal is None or self.published is None:
            raise NoUmbrella(id=str(self.id))
        return self.legal

    def _back_to_draft(self, version: Version, act: str) -> Version:
        version.go(act)
        for given in self.approvals_of(version.number):
            self.approvals.remove(given)
        return version

    def _adopt(self, version: Version) -> None:
        """Copy the title and the facets of a version."""
        facets, self.title = version.facets, version.title
        self.phases, self.audiences = list(facets.phases), list(facets.audiences)
        self.media, self.tense, self.subject = list(facets.media), facets.tense, facets.subject
        self.problem_id = facets.problem_id
        if facets.legal is not None:
            if self.legal is None:
                self.legal = Umbrella.of(facets.legal)
            else:
                self.legal.adopt(facets.legal)
