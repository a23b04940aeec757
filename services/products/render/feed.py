"""Atom feed (RFC 4287) of published and withdrawn products."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from feedgenerator import Atom1Feed  # type: ignore[import-untyped]

from services.products.render.edition import Translate
from services.products.render.markdown import clean
from shared.contracts.vocabulary import Phase, ProductKind
from shared.i18n import N_

BEFORE_ANYTHING = datetime(1970, 1, 1, tzinfo=UTC)
"""The last change of a feed without entries."""


class _Plainly:
    """Writes text as text, and gives the type of linked pages."""

    def __init__(self, handler: Any) -> None:
        self._handler = handler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)

    def addQuickElement(  # noqa: N802  (the library's name)
        self, name: str, contents: str | None = None, attrs: dict[str, str] | None = None
    ) -> None:
        """Write an element."""
        attrs = dict(attrs or {})
        if attrs.get("type") == "html":
            attrs["type"] = "text"
        if name == "link" and attrs.get("rel") == "alternate":
            attrs["type"] = "text/html"
        self._handler.addQuickElement(name, contents, attrs)


@dataclass(frozen=True, slots=True)
class Entry:
    """A publication, or a withdrawal with its reason; ``id`` is that of the event, which never changes."""

    id: UUID
    product_id: UUID
    number: int
    published: bool
    language: str
    title: str
    summary: str
    reason: str
    kind: ProductKind
    phases: tuple[Phase, ...]
    partnership: str
    at: datetime


class _Feed(Atom1Feed):  # type: ignore[misc]
    """Summaries are plain text of users; as HTML, which the library writes, markup would be active."""

    def add_root_elements(self, handler: Any) -> None:
        """Write the feed's own elements; the linked page is HTML."""
        super().add_root_elements(_Plainly(handler))

    def add_item_elements(self, handler: Any, item: Any) -> None:
        """Write an entry; its categories have terms for machines and labels for people."""
        super().add_item_elements(_Plainly(handler), item)
        for term, label in item["terms"]:
            handler.addQuickElement("category", "", {"term": term, "label": label})

    def latest_post_date(self) -> datetime:
        """The time of the newest entry; the library would use the current time for an empty feed."""
        return max((item["updateddate"] for item in self.items), default=BEFORE_ANYTHING)


def feed(entries: Iterable[Entry], *, language: str, portal: str, here: str, translate: Translate) -> str:
    """The feed in a language; ``portal`` is the address of the pages, ``here`` that of the feed."""
    atom = _Feed(
        title=translate(N_("Kemitraan: published and withdrawn products")),
        link=f"{portal}/products?lang={language}",
        description=translate(N_("Recent publications of partnerships between police and community.")),
        language=language,
        feed_url=here,
        feed_guid=here,
        author_name="Kemitraan",
    )
    for entry in entries:
        pattern = N_("Published: %(title)s") if entry.published else N_("Withdrawn: %(title)s")
        terms = [entry.kind, *entry.phases]
        atom.add_item(
            title=translate(pattern) % {"title": clean(entry.title)},
            link=f"{portal}/products/{entry.product_id}?lang={language}",
            description=clean(_said(entry, translate)),
            unique_id=f"urn:uuid:{entry.id}",
            pubdate=entry.at,
            updateddate=entry.at,
            author_name=clean(entry.partnership),
            terms=[(term.value, translate(term.label)) for term in terms],
        )
    written: str = atom.writeString("utf-8")
    return written


def _said(entry: Entry, translate: Translate) -> str:
    version = translate(N_("Version %(number)s")) % {"number": entry.number}
    return ". ".join(part for part in (version, entry.summary if entry.published else entry.reason) if part)
