"""Versions: texts, files and states."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self
from uuid import UUID

from services.products.model.facets import Facets
from services.products.model.text import Text, in_order
from shared.contracts.vocabulary import FileRole, Language, Medium, VersionState
from shared.refusal import Refusal
from shared.states import Machine

MOST_FILES = 20


LIFE = Machine(
    "version",
    {
        (VersionState.DRAFT, "edit"): VersionState.DRAFT,
        (VersionState.DRAFT, "discard"): VersionState.DISCARDED,
        (VersionState.DRAFT, "submit"): VersionState.IN_REVIEW,
        (VersionState.IN_REVIEW, "take back"): VersionState.DRAFT,
        (VersionState.IN_REVIEW, "request changes"): VersionState.DRAFT,
        (VersionState.IN_REVIEW, "first approval"): VersionState.IN_REVIEW,
        (VersionState.IN_REVIEW, "second approval"): VersionState.APPROVED,
        (VersionState.APPROVED, "take back"): VersionState.DRAFT,
        (VersionState.APPROVED, "request changes"): VersionState.DRAFT,
        (VersionState.APPROVED, "publish"): VersionState.PUBLISHED,
        (VersionState.PUBLISHED, "newer version published"): VersionState.SUPERSEDED,
        (VersionState.PUBLISHED, "withdraw"): VersionState.WITHDRAWN,
        (VersionState.PUBLISHED, "last day passed"): VersionState.EXPIRED,
    },
)
UNDER_WAY = (VersionState.DRAFT, VersionState.IN_REVIEW, VersionState.APPROVED)
READABLE = (VersionState.PUBLISHED, VersionState.SUPERSEDED)
"""The states in which everybody may read the texts and files."""


class TooManyFiles(Refusal):
    """The number of files of a version is limited."""

    kind = "conflict"
    message = "The version already has %(most)s files, the maximum."
    remedy = "Remove a file first, or combine several files."


class UnknownFile(Refusal):
    """The version has no such file."""

    kind = "unknown"
    message = "The product has no file with the id %(id)s."
    remedy = "Use the id of a file of one of its versions."


class VersionWithdrawn(Refusal):
    """A withdrawn version is readable by the parties only; the public sees the reason."""

    kind = "unknown"
    message = "Version %(number)s was withdrawn: %(reason)s"
    remedy = "Do not use it any more; the product's page shows whether it has been replaced."


class VersionExpired(Refusal):
    """The last valid day has passed."""

    kind = "unknown"
    message = "Version %(number)s was valid until %(valid_until)s."
    remedy = "Do not use it any more; the product's page shows whether there is a newer version."


@dataclass(eq=False)
class File:
    """A file of a version: ``size`` in bytes, ``sha256`` in hex, ``role`` main or attachment."""

    id: UUID
    filename: str
    media_type: str
    size: int
    sha256: str
    key: str
    language: Language | None
    medium: Medium
    role: FileRole
    added_at: datetime

    def copy(self, new_id: UUID) -> File:
        """The same file for another version."""
        return File(
            id=new_id,
            filename=self.filename,
            media_type=self.media_type,
            size=self.size,
            sha256=self.sha256,
            key=self.key,
            language=self.language,
            medium=self.medium,
            role=self.role,
            added_at=self.added_at,
        )


@dataclass(eq=False)
class Version:
    """One version: ``code`` is printed on it, ``valid_until`` its last day, ``closed_at`` when it ended.

    ``submitter`` is the opaque id of the person who last submitted it, for the party ``submitted_by``.
    """

    number: int
    code: str
    drafted_by: UUID
    drafted_at: datetime
    facets: Facets
    valid_until: date | None = None
    state: VersionState = VersionState.DRAFT
    submitted_by: UUID | None = None
    submitter: str = ""
    published_at: datetime | None = None
    closed_at: datetime | None = None
    withdrawn_reason: str | None = None
    texts: list[Text] = field(default_factory=list)
    files: list[File] = field(default_factory=list)

    @classmethod
    def first(cls, code: str, facets: Facets, texts: Sequence[Text], by: UUID, at: datetime) -> Self:
        """The draft of a product's first version."""
        version = cls(1, code, by, at, facets)
        version.write(texts)
        return version

    @property
    def title(self) -> str:
        """The title in its first language."""
        return self.texts[0].title

    @property
    def is_under_way(self) -> bool:
        """Whether it is still being prepared for publication."""
        return self.state in UNDER_WAY

    @property
    def was_published(self) -> bool:
        """Whether it is or was public."""
        return self.published_at is not None

    @property
    def languages(self) -> list[str]:
        """Every language of its texts and files, Indonesian first."""
        languages = {text.language for text in self.texts} | {file.language for file in self.files}
        return [language for language in Language if language in languages]

    @property
    def has_content(self) -> bool:
        """Whether it has content: a text with a body, or a main file."""
        return any(text.body for text in self.texts) or any(file.role == "main" for file in self.files)

    def text_in(self, language: str) -> Text | None:
        """Its text in a language."""
        return next((text for text in self.texts if text.language == language), None)

    def require(self, act: str) -> None:
        """Refuse an act that the state does not allow; raises ``ActImpossible``."""
        LIFE.after(self.state, act)

    def go(self, act: str) -> None:
        """Change the state; raises ``ActImpossible``."""
        self.state = LIFE.after(self.state, act)

    def write(self, texts: Sequence[Text]) -> None:
        """Replace its texts."""
        kept = []
        for text in in_order(list(texts)):
            known = self.text_in(text.language)
            if known is None:
                kept.append(text)
            else:
                known.title, known.summary, known.body = text.title, text.summary, text.body
                kept.append(known)
        self.texts = kept

    def add_file(self, file: File) -> None:
        """Add a file, while it is a draft."""
        self.require("edit")
        if len(self.files) >= MOST_FILES:
            raise TooManyFiles(most=MOST_FILES)
        self.files.append(file)

    def remove_file(self, file_id: UUID) -> File:
        """Remove a file, while it is a draft; returns it."""
        self.require("edit")
        removed = next((file for file in self.files if file.id == file_id), None)
        if removed is None:
            raise UnknownFile(id=str(file_id))
        self.files.remove(removed)
        return removed

    def require_readable(self) -> None:
        """Refuse the texts and files of a withdrawn or expired version, with the reason."""
        if self.state is VersionState.WITHDRAWN:
            raise VersionWithdrawn(number=self.number, reason=self.withdrawn_reason)
        if self.state is VersionState.EXPIRED:
            raise VersionExpired(number=self.number, valid_until=self.valid_until)

    def following(
        self, number: int, by: UUID, at: datetime, new_id: Callable[[], UUID], code: str
    ) -> Version:
        """The draft of the next version, with the same texts, files and facets."""
        return Version(
            number=number,
            code=code,
            drafted_by=by,
            drafted_at=at,
            facets=self.facets,
            texts=[text.copy() for text in self.texts],
            files=[file.copy(new_id()) for file in self.files],
        )
