"""The feed of what was published and withdrawn lately, as Atom (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from feedgenerator import Atom1Feed  # type: ignore[import-untyped]

from services.products.render.edition import KINDS, PHASES, Translate
from services.products.render.markdown import clean
from shared.i18n import N_

BEFORE_ANYTHING = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries was changed last."""


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
    kind: str
    phases: tuple[str, ...]
    partnership: str
    at: datetime


class _Feed(Atom1Feed):  # type: ignore[misc]
    def latest_post_date(self) -> datetime:
        """When its newest entry happened; the library would take the present moment for an empty feed."""
        return max((item["updateddate"] for item in self.items), default=BEFORE_ANYTHING)


def feed(entries: Iterable[Entry], *, language: str, base: str, here: str, translate: Translate) -> str:
    """The feed in a language; ``base`` is the address of the API's version, ``here`` that of the feed."""
    atom = _Feed(
        title=translate(N_("Kemitraan: published and withdrawn")),
        link=f"{base}/catalog.jsonld",
        description=translate(N_("What partnerships of police and community gave to people lately.")),
        language=language,
        feed_url=here,
        feed_guid=here,
        author_name="Kemitraan",
    )
    for entry in entries:
        pattern = N_("Published: %(title)s") if entry.published else N_("Withdrawn: %(title)s")
        words = [translate(KINDS[entry.kind]), *(translate(PHASES[one]) for one in entry.phases)]
        atom.add_item(
            title=translate(pattern) % {"title": clean(entry.title)},
            link=f"{base}/products/{entry.product_id}/page.html?language={entry.language}",
            description=clean(_said(entry, translate)),
            unique_id=f"urn:uuid:{entry.id}",
            pubdate=entry.at,
            updateddate=entry.at,
            author_name=clean(entry.partnership),
            categories=words,
        )
    written: str = atom.writeString("utf-8")
    return written


def _said(entry: Entry, translate: Translate) -> str:
    version = translate(N_("Version %(number)s")) % {"number": entry.number}
    return ". ".join(part for part in (version, entry.summary if entry.published else entry.reason) if part)
