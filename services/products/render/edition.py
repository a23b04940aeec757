"""View model of a version in one language, for leaflet and page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from services.products.model.text import fingerprint
from shared.contracts.vocabulary import Language, Phase, ProductKind, Standing, VersionState
from shared.i18n import N_, Locale
from shared.i18n.audiences import audience_label
from shared.i18n.formats import show_date
from shared.labelled import Labelled

Translate = Callable[[str], str]
Tone = Literal["good", "draft", "over"]

BEWARE = N_("Beware")


@dataclass(frozen=True, slots=True)
class Regulation:
    """The data of a regulation; in force until the day ``until``, or before ``revoked_on``."""

    number: str
    issuer: str
    since: date
    until: date | None
    revoked_on: date | None


@dataclass(frozen=True, slots=True)
class Edition:
    """A version in one language.

    ``state`` is that of the version, or revoked or lapsed for a published regulation that is no longer in
    force. ``address`` is where its code leads. ``dated`` is when it was published, else drafted.
    ``warnings`` are sentences for readers, and the titles of required products that are no longer valid.
    """

    language: Language
    title: str
    summary: str
    body: str
    kind: ProductKind
    phases: tuple[Phase, ...]
    audiences: tuple[str, ...]
    partnership: str
    number: int
    code: str
    address: str
    state: VersionState | Standing
    dated: datetime
    published_on: date | None
    valid_until: date | None
    closed_on: date | None = None
    reason: str | None = None
    legal: Regulation | None = None
    warnings: tuple[tuple[str, str], ...] = ()

    @property
    def locale(self) -> Locale:
        """The locale of the words around the text."""
        return "en" if self.language is Language.EN else "id"

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of title, summary and body as UTF-8, an empty line between them."""
        return fingerprint(self.title, self.summary, self.body)

    @property
    def short_fingerprint(self) -> str:
        """The first 16 characters, in groups of four."""
        return " ".join(self.fingerprint[at : at + 4] for at in range(0, 16, 4))

    @property
    def spoken_code(self) -> str:
        """The code in two halves, for reading aloud."""
        half = len(self.code) // 2
        return f"{self.code[:half]}-{self.code[half:]}" if half > 3 else self.code


class Status(NamedTuple):
    """The status of an edition: one word, its explanation, and its style."""

    word: str
    meaning: str
    tone: Tone


_STATUS: dict[Labelled, tuple[str, Tone]] = {
    VersionState.DRAFT: (N_("Not published: do not distribute."), "draft"),
    VersionState.IN_REVIEW: (N_("Not published: do not distribute."), "draft"),
    VersionState.APPROVED: (N_("Approved but not published: do not distribute."), "draft"),
    VersionState.PUBLISHED: (N_("This is the current version."), "good"),
    VersionState.DISCARDED: (N_("Discarded as a draft: do not distribute."), "over"),
    VersionState.SUPERSEDED: (N_("Superseded by a newer version on %(day)s."), "over"),
    VersionState.WITHDRAWN: (N_("Withdrawn on %(day)s. Do not use: %(reason)s"), "over"),
    VersionState.EXPIRED: (N_("Expired: valid until %(until)s. Do not use."), "over"),
    Standing.REVOKED: (N_("The regulation has not been in force since %(revoked)s."), "over"),
    Standing.LAPSED: (N_("The regulation was in force until %(lapsed)s."), "over"),
}


def status(edition: Edition, translate: Translate) -> Status:
    """The status, in the language of the edition."""

    def shown(day: date | None) -> str:
        return show_date(day, edition.locale) if day else "–"

    meaning, tone = _STATUS[edition.state]
    filled = {
        "day": shown(edition.closed_on),
        "until": shown(edition.valid_until),
        "reason": edition.reason or "–",
        "revoked": shown(edition.legal.revoked_on if edition.legal else None),
        "lapsed": shown(edition.legal.until if edition.legal else None),
    }
    return Status(translate(edition.state.label), translate(meaning) % filled, tone)


def warnings(edition: Edition, translate: Translate, as_of: date) -> list[str]:
    """The required products that are no longer valid, with the day of the check."""
    sure = as_of_day(edition, translate, as_of)
    return [f"{translate(text) % {'title': title}} {sure}" for text, title in edition.warnings]


def as_of_day(edition: Edition, translate: Translate, as_of: date) -> str:
    """The day for which the statement holds."""
    return translate(N_("As of %(day)s.")) % {"day": show_date(as_of, edition.locale)}


def audience(slug: str, translate: Translate) -> str:
    """The label of an audience, with a capital."""
    label = audience_label(slug, translate)
    return label[:1].upper() + label[1:]


def kind_line(edition: Edition, translate: Translate) -> str:
    """The kind and the phases: “Guidance · Prevention, Handling”."""
    phases = ", ".join(translate(phase.label) for phase in edition.phases)
    kind = translate(edition.kind.label)
    return f"{kind} · {phases}" if phases else kind


def facts(edition: Edition, translate: Translate) -> list[tuple[str, str]]:
    """The facts for judging an edition: (name, value) pairs."""
    locale = edition.locale
    rows = [(N_("Partnership"), edition.partnership), (N_("Version"), str(edition.number))]
    if edition.published_on:
        rows.append((N_("Published"), show_date(edition.published_on, locale)))
        if edition.valid_until:
            rows.append((N_("Valid until"), show_date(edition.valid_until, locale)))
        elif edition.state is VersionState.PUBLISHED:
            rows.append((N_("Validity"), translate(N_("no end set"))))
    if edition.legal:
        legal = edition.legal
        rows += [
            (N_("Regulation"), legal.number),
            (N_("Issued by"), legal.issuer),
            (N_("In force from"), show_date(legal.since, locale)),
        ]
        if legal.until:
            rows.append((N_("In force until"), show_date(legal.until, locale)))
    if edition.audiences:
        rows.append((N_("Intended for"), ", ".join(audience(slug, translate) for slug in edition.audiences)))
    rows += [(N_("Code"), edition.spoken_code), ("SHA-256", edition.short_fingerprint)]
    return [(translate(name), value) for name, value in rows]
