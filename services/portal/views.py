"""Template filters: labels, formats and charts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.portal import charts, static_files
from services.portal.charts import Bar, Point, Span
from services.portal.preview import brief
from shared.contracts.every import EVENTS
from shared.contracts.vocabulary import LISTS, AutomaticReason, ProductRelation, TrustDimension
from shared.host.reference.words import TEMPLATES, filters
from shared.i18n import N_, Locale, translations, translator
from shared.i18n.audiences import audience_label
from shared.i18n.formats import show_date, show_moment, show_money, show_number, show_share, show_size
from shared.labelled import Labelled
from shared.press import qr

HERE = Path(__file__).parent
LOWEST, HIGHEST = 1, 5  # of the scores in a trust round
MONTHS = 36  # above this number, incidents are counted by year


def templates(locale: Locale, zone: ZoneInfo) -> Environment:
    """The template environment of one language, for one time zone."""
    environment = Environment(
        loader=FileSystemLoader([HERE / "templates", TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(translations(locale), newstyle=True)  # type: ignore[attr-defined]
    say = translator(locale)

    def word(value: str | None, among: type[Labelled]) -> str:
        """The label of a value in its list of words."""
        return say(among.called(value)) if value else ""

    def audience(slug: str) -> str:
        """An audience."""
        return audience_label(slug, say)

    drawing = Charts(say, locale, zone)
    environment.filters |= filters(locale) | {
        "brief": brief,
        "day": lambda value: show_date(_date(value, zone), locale) if value else "",
        "moment": lambda value: show_moment(_moment(value), locale, zone) if value else "",
        "instant": lambda value: instant(_moment(value)),
        "number": lambda value: show_number(value, locale),
        "money": lambda amount, currency: show_money(amount, currency, locale),
        "score": drawing.score,
        "share": lambda value: show_share(value, locale),
        "size": lambda value: show_size(value, locale),
        "word": word,
        "words": lambda values, among: ", ".join(word(value, among) for value in values),
        "reason": lambda text: AutomaticReason.in_words(text, say),
        "inverse": lambda value: say(ProductRelation(value).inverse),
        "audience": audience,
        "audiences": lambda slugs: ", ".join(map(audience, slugs)),
        "event": lambda value: event_label(value, say),
    }
    environment.globals |= LISTS
    environment.globals |= {
        "plan_chart": drawing.plan,
        "trend_chart": drawing.trend,
        "share_chart": drawing.shares,
        "trust_chart": drawing.trust,
        "trust_trend": drawing.trust_trend,
        "incident_chart": drawing.incidents,
        "mean": mean,
        "qr_code": qr_code,
        "static": static_files.address,
        "worded": shown_version,
        "namesof": lambda ids, names: ", ".join(names.get(identifier, "–") for identifier in ids) or "–",
    }
    return environment


def event_label(event_type: str, say: Callable[[str], str]) -> str:
    """The label of an event: by its type (``partners.board-met``), or by its name in a timeline."""
    bare = _VERSION.sub("", event_type)
    return say(_LABELS[bare]) if bare in _LABELS else bare


_VERSION = re.compile(r"\.v\d+$")
_LABELS = {name: contract.label for contract in EVENTS for name in (contract.event_name, contract.type())}


def qr_code(text: str) -> Markup:
    """A QR code as inline SVG, without style or script; on a white background also in dark mode."""
    drawn = qr.picture(text, dark="#000", border=4, css="qr")
    return Markup(drawn)  # noqa: S704  (drawn from numbers alone)  # nosec B704


def shown_version(product: Mapping[str, Any], lang: str) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """The shown version of a product, with its text in a language or else in another one.

    A version that may no longer be read has no text.
    """
    shown = [version for version in product["versions"] if version["state"] == "published"] or product[
        "versions"
    ]
    texts = shown[-1]["texts"]
    mine = [text for text in texts if text["language"] == lang] or texts
    return shown[-1], mine[0] if mine else {"title": "", "summary": "", "language": ""}


def mean(values: Iterable[float]) -> float | None:
    """The mean of values, or None of none."""
    given = list(values)
    return sum(given) / len(given) if given else None


class Charts:
    """Draws the charts, with one language and one time zone."""

    def __init__(self, say: Callable[[str], str], locale: Locale, zone: ZoneInfo) -> None:
        self.say = say
        self.locale = locale
        self.zone = zone

    def plan(self, program: Mapping[str, Any], today: date) -> Markup:
        """The stages of a programme over time."""
        until = program["ended_on"] or today.isoformat()
        rows = [
            Span(
                f"{stage['position']}. {stage['title']}",
                "overdue" if stage["overdue"] else stage["state"],
                self._both(stage["planned_start"], stage["planned_end"]),
                self._both(stage["started_at"], stage["completed_at"] or until),
            )
            for stage in program["stages"]
        ]
        title = self.say(N_("Stages: planned and actual"))
        return charts.plan(title, rows, today, self.say(N_("today")), self._month)

    def trend(self, indicator: Mapping[str, Any]) -> Markup:
        """An indicator over its periods, from its baseline on."""
        points = [
            Point(
                self._month(date.fromisoformat(point["on"])),
                point["actual"] if point["baseline"] is None else point["baseline"],
                point["target"],
            )
            for point in indicator["series"]
        ]
        return charts.trend(indicator["title"], points, self._number)

    def shares(self, shares: Mapping[str, Any]) -> Markup:
        """Each party's share of all verified contributions."""
        total = sum(party["value"] for party in shares["parties"])
        if not total:
            return Markup("")
        rows = [
            Bar(party["name"] or "–", party["value"] / total, show_share(party["value"] / total, self.locale))
            for party in shares["parties"]
        ]
        return charts.bars(self.say(N_("Verified contributions by party")), rows)

    def trust(self, means: Mapping[str, Any]) -> Markup:
        """The means of a trust round, dimension by dimension."""
        rows = [
            Bar(self.say(TrustDimension(name).label), value / HIGHEST, self.score(value))
            for name, value in means["dimensions"].items()
        ]
        return charts.bars(self.say(N_("Trust among the parties, of 5")), rows)

    def trust_trend(self, rounds: Sequence[Mapping[str, Any]]) -> Markup:
        """Trust from round to round: the mean of all dimensions."""
        points = [
            Point(
                self._month(_date(closed["closed_at"], self.zone)),
                mean(closed["means"]["dimensions"].values()),
                None,
            )
            for closed in rounds
        ]
        title = self.say(N_("Trust from round to round, of 5"))
        return charts.trend(title, points, self.score, LOWEST, HIGHEST)

    def incidents(self, incidents: Sequence[Mapping[str, Any]]) -> Markup:
        """Incidents month by month, or over many years by year."""
        if not incidents:
            return Markup("")
        days = sorted(date.fromisoformat(incident["on"]) for incident in incidents)
        spans = [day.year * 12 + day.month - 1 for day in days]
        if spans[-1] - spans[0] < MONTHS:
            shown = [
                (self._month(date(span // 12, span % 12 + 1, 1)), spans.count(span))
                for span in range(spans[0], spans[-1] + 1)
            ]
            return charts.columns(self.say(N_("Incidents by month")), shown)
        years = [day.year for day in days]
        counts = [(str(year), years.count(year)) for year in range(years[0], years[-1] + 1)]
        return charts.columns(self.say(N_("Incidents by year")), counts)

    def score(self, value: float) -> str:
        """A mean of scores, with one decimal."""
        return format_decimal(value, "0.0", locale=self.locale)

    def _month(self, day: date) -> str:
        return format_skeleton("yMMM", day, locale=self.locale)

    def _number(self, value: float) -> str:
        return show_number(value, self.locale)

    def _both(self, start: str | None, end: str | None) -> tuple[date, date] | None:
        if not start or not end:
            return None
        first, last = _date(start, self.zone), _date(end, self.zone)
        return first, max(first, last)


def instant(value: datetime) -> str:
    """A moment for ``<time datetime>``: HTML allows at most three digits of a second."""
    return value.isoformat(timespec="seconds")


def _moment(value: str | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _date(value: str | date, zone: ZoneInfo) -> date:
    if isinstance(value, str):
        return date.fromisoformat(value) if len(value) == len("2026-01-05") else _date(_moment(value), zone)
    return value.astimezone(zone).date() if isinstance(value, datetime) else value
