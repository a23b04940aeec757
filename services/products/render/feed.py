"""The feed of what was published and withdrawn lately, as Atom (RFC 4287)."""

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
"""When a feed without entries was changed last."""


class _Plainly:
    """Writes text as text, and says what kind of page a link leads to."""

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
    """Summaries are people's plain text; as HTML, as the library has it, their markup would come alive."""

    def add_root_elements(self, handler: Any) -> None:
        """The feed itself is told of; the page that it is of is HTML."""
        super().add_root_elements(_Plainly(handler))

    def add_item_elements(self, handler: Any, item: Any) -> None:
        """An entry; its categories are terms for machines, each with a label for people."""
        super().add_item_elements(_Plainly(handler), item)
        for term, label in item["terms"]:
            handler.addQuickElement("category", "", {"term": term, "label": label})

    def latest_post_date(self) -> datetime:
        """When its newest entry happened; the library would take the present moment for an empty feed."""
        return max((item["updateddate"] for item in self.items), default=BEFORE_ANYTHING)


def feed(entries: Iterable[Entry], *, language: str, portal: str, here: str, translate: Translate) -> str:
    """The feed in a language; ``portal`` is the address of the pages, ``here`` that of the feed."""
    atom = _Feed(
        title=translate(N_("Kemitraan: published and withdrawn")),
        link=f"{portal}/products?lang={language}",
        description=translate(N_("What partnerships of police and community gave to people lately.")),
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
