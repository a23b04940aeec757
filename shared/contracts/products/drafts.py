"""Events about drafts."""

from __future__ import annotations

from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.contracts.vocabulary import FileRole, Medium, Phase, ProductKind, Subject, Tense
from shared.i18n import N_


class ProductDrafted(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Product drafted"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A party drafted a product of the partnership."""

    product_id: UUID
    partnership_id: UUID
    title: str
    kind: ProductKind
    phases: tuple[Phase, ...]
    audiences: tuple[str, ...]
    tense: Tense | None
    subject: Subject | None
    drafted_by: UUID


class VersionDrafted(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("New version drafted"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A party began the next version."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    phases: tuple[Phase, ...]
    audiences: tuple[str, ...]
    tense: Tense | None
    subject: Subject | None
    drafted_by: UUID


class ProductEdited(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Draft edited"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A party replaced the content of a draft."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    phases: tuple[Phase, ...]
    audiences: tuple[str, ...]
    tense: Tense | None
    subject: Subject | None
    edited_by: UUID


class FileAdded(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("File added to a draft"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A party added a file to a draft; ``sha256`` (hex) is that of its content."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    sha256: str
    role: FileRole
    medium: Medium
    added_by: UUID


class FileRemoved(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("File removed from a draft"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A party removed a file from a draft; previous versions keep theirs."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    sha256: str
    role: FileRole
    medium: Medium
    removed_by: UUID


class VersionDiscarded(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Draft discarded"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A party discarded a draft; ``product_gone`` if only the timeline of the product is left."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    product_gone: bool
    discarded_by: UUID
