"""IATI 2.03 activity file as XML, in the element order of the schema."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET  # XML is written here, none is read  # nosec B405
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from services.programs.model.indicator import Indicator
from services.programs.model.period import Period
from shared.areas import area_name

VERSION = "2.03"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LANGUAGE = "id"
COUNTRY = "ID"
SECTOR = "15132"
"""Police, in vocabulary 1 (OECD DAC purpose codes, five digits)."""

RESULTS = {"output": "1", "outcome": "2", "impact": "3"}
MEASURES = {"unit": "1", "percentage": "2", "nominal": "3", "ordinal": "4", "qualitative": "5"}
ORGANISATIONS = {"police": "10", "government": "10", "business": "70", "school": "80"}
"""Codes of OrganisationType; other kinds are 90, other."""
OTHER = "90"
FUNDING, ACCOUNTABLE, IMPLEMENTING = "1", "2", "4"
"""Codes of OrganisationRole."""

# Characters that XML 1.0 forbids, whatever a title contains.
_UNREADABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Participant:
    """An organisation and its role in a programme: codes of OrganisationRole."""

    name: str
    kind: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Funds:
    """Money contributed by a party and verified by another."""

    ref: UUID
    on: date
    value: int
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class Reported:
    """A programme for IATI.

    ``reporter`` is the name of the reporting agency. ``dates`` maps codes of ActivityDateType (1 planned
    start, 2 actual start, 3 planned end, 4 actual end) to days; ``budget`` is in whole units of
    ``currency``, and spans the days from ``funded_from`` to ``funded_until``.
    """

    id: UUID
    agency: str
    reporter: str
    title: str
    description: str
    participants: tuple[Participant, ...]
    status: str
    dates: dict[str, date]
    areas: tuple[str, ...]
    in_indonesia: bool
    budget: int | None
    currency: str
    funded_from: date
    funded_until: date
    funds: tuple[Funds, ...]
    previous: UUID | None
    indicators: tuple[Indicator, ...]
    changed_at: datetime


def activity_file(programs: Sequence[Reported]) -> bytes:
    """The file; the same programmes give the same bytes.

    The agency's reference is a local one: to publish in the IATI Registry, replace it with the identifier
    that the registry assigned to the agency.
    """
    root = ET.Element("iati-activities", {"version": VERSION})
    if programs:
        root.set("generated-datetime", _instant(max(program.changed_at for program in programs)))
    for program in programs:
        root.append(_activity(program))
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def reference(agency: str) -> str:
    """The reference of an agency without a registered identifier."""
    return f"KEMITRAAN-{agency}"


def _activity(program: Reported) -> ET.Element:
    me = reference(program.agency)
    activity = ET.Element(
        "iati-activity",
        {
            LANG: LANGUAGE,
            "default-currency": program.currency,
            "last-updated-datetime": _instant(program.changed_at),
        },
    )
    _add(activity, "iati-identifier").text = f"{me}-{program.id}"
    _told(activity, "reporting-org", program.reporter, {"ref": me, "type": OTHER})
    _told(activity, "title", program.title)
    _told(activity, "description", program.description, {"type": "1"})
    for organisation in program.participants:
        for role in organisation.roles:
            kind = ORGANISATIONS.get(organisation.kind, OTHER)
            _told(activity, "participating-org", organisation.name, {"type": kind, "role": role})
    _add(activity, "activity-status", {"code": program.status})
    for kind, day in sorted(program.dates.items()):
        _add(activity, "activity-date", {"type": kind, "iso-date": day.isoformat()})
    if program.in_indonesia:
        _add(activity, "recipient-country", {"code": COUNTRY, "percentage": "100"})
    for area in program.areas:
        _told(_add(activity, "location", {"ref": area}), "name", area_name(area) or area)
    _add(activity, "sector", {"vocabulary": "1", "code": SECTOR, "percentage": "100"})
    _budgets(activity, program)
    for funds in program.funds:
        _incoming(activity, funds, program.currency)
    if program.previous is not None:
        _add(activity, "related-activity", {"ref": f"{me}-{program.previous}", "type": "3"})
    for indicator in program.indicators:
        activity.append(_result(indicator))
    return activity


def _budgets(activity: ET.Element, program: Reported) -> None:
    if program.budget is None:
        return
    for first, last, value in by_year(program.funded_from, program.funded_until, program.budget):
        budget = _add(activity, "budget", {"type": "1", "status": "1"})
        _span(budget, first, last)
        money = {"currency": program.currency, "value-date": first.isoformat()}
        _add(budget, "value", money).text = str(value)


def by_year(start: date, end: date, total: int) -> list[tuple[date, date, int]]:
    """Divide a total evenly over the days, in spans of at most a year as IATI requires; the sum is exact."""
    days = (end - start).days + 1
    spans: list[tuple[date, date, int]] = []
    given, first = 0, start
    while first <= end:
        last = min(_a_year_after(first) - timedelta(days=1), end)
        until = total * ((last - start).days + 1) // days
        spans.append((first, last, until - given))
        given, first = until, last + timedelta(days=1)
    return spans


def _a_year_after(day: date) -> date:
    return date(day.year + 1, 3, 1) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 1)


def _incoming(activity: ET.Element, funds: Funds, currency: str) -> None:
    transaction = _add(activity, "transaction", {"ref": str(funds.ref)})
    _add(transaction, "transaction-type", {"code": "1"})
    _add(transaction, "transaction-date", {"iso-date": funds.on.isoformat()})
    money = {"currency": currency, "value-date": funds.on.isoformat()}
    _add(transaction, "value", money).text = str(funds.value)
    if funds.note:
        _told(transaction, "description", funds.note)
    _told(transaction, "provider-org", funds.name)


def _result(indicator: Indicator) -> ET.Element:
    flags = {"aggregation-status": _flag(indicator.aggregation_status)}
    result = ET.Element("result", {"type": RESULTS[indicator.result], **flags})
    _told(result, "title", indicator.title)
    measure = {"measure": MEASURES[indicator.measure], "ascending": _flag(indicator.ascending)}
    shown = _add(result, "indicator", measure | flags)
    _told(shown, "title", indicator.title)
    if indicator.description:
        _told(shown, "description", indicator.description)
    if indicator.baseline_on is not None:
        day = indicator.baseline_on
        begun = {"year": str(day.year), "iso-date": day.isoformat()}
        _value(shown, "baseline", indicator, indicator.baseline_value, indicator.baseline_comment, begun)
    for period in indicator.in_order:
        _period(shown, indicator, period)
    return result


def _period(parent: ET.Element, indicator: Indicator, period: Period) -> None:
    shown = _add(parent, "period")
    _span(shown, period.starts, period.ends)
    if period.target is not None or period.target_comment:
        _value(shown, "target", indicator, period.target, period.target_comment)
    if period.current is not None:
        _value(shown, "actual", indicator, period.current.value, period.current.comment)


def _value(
    parent: ET.Element,
    tag: str,
    indicator: Indicator,
    value: float | None,
    comment: str,
    more: dict[str, str] | None = None,
) -> None:
    attributes = dict(more or {})
    if value is not None:
        attributes["value"] = plain(value)
    shown = _add(parent, tag, attributes)
    for place in indicator.locations:
        _add(shown, "location", {"ref": place})
    for name, of in indicator.dimensions.items():
        _add(shown, "dimension", {"name": _readable(name), "value": _readable(of)})
    if comment:
        _told(shown, "comment", comment)


def plain(value: float) -> str:
    """A number in plain decimal digits, without an exponent or trailing zeros."""
    text = format(Decimal(repr(value)), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _span(parent: ET.Element, first: date, last: date) -> None:
    _add(parent, "period-start", {"iso-date": first.isoformat()})
    _add(parent, "period-end", {"iso-date": last.isoformat()})


def _told(parent: ET.Element, tag: str, text: str, attributes: dict[str, str] | None = None) -> None:
    _add(_add(parent, tag, attributes), "narrative", {LANG: LANGUAGE}).text = _readable(text)


def _add(parent: ET.Element, tag: str, attributes: dict[str, str] | None = None) -> ET.Element:
    return ET.SubElement(parent, tag, attributes or {})


def _flag(value: bool) -> str:
    return "1" if value else "0"


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _readable(text: str) -> str:
    return _UNREADABLE.sub("\ufffd", text)
