"""SVG charts, without scripts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup, escape

# Units of the drawing. Small charts fit on a phone as they are; a plan is wider, and scrolls there.
SMALL, WIDE = 360, 720
MONTH_ROOM = 72
"""The share of a plan's width for the name of a month."""
MOST_MARKS = 7
"""The maximum number of labels on an axis."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One horizontal bar: its label, its length as a share of the whole (0 to 1), and its text."""

    label: str
    share: float
    said: str


@dataclass(frozen=True, slots=True)
class Span:
    """One row of a plan: planned dates, actual dates and state."""

    label: str
    state: str
    planned: tuple[date, date] | None
    actual: tuple[date, date] | None


@dataclass(frozen=True, slots=True)
class Point:
    """One period: its label, its actual value and its target."""

    label: str
    value: float | None
    target: float | None


def bars(title: str, rows: Sequence[Bar]) -> Markup:
    """Horizontal bars, for shares and scores; empty without any."""
    if not rows:
        return Markup("")
    room = SMALL - 48
    parts = []
    for number, row in enumerate(rows):
        top = number * 36
        length = max(0.0, min(1.0, row.share)) * room
        parts.append(
            f'<text class="label" x="0" y="{top + 14}">{escape(_cut(row.label, 48))}</text>'
            f'<rect class="track" x="0" y="{top + 20}" width="{room}" height="9" rx="4"/>'
            f'<rect class="value" x="0" y="{top + 20}" width="{length:.1f}" height="9" rx="4"/>'
            f'<text class="said" x="{SMALL}" y="{top + 29}">{escape(row.said)}</text>'
        )
    return _svg("small", SMALL, 36 * len(rows), title, parts)


def plan(
    title: str, rows: Sequence[Span], today: date, said_today: str, month: Callable[[date], str]
) -> Markup:
    """Stages over time: the plan as a pale bar, the actual dates as a dark one, and a line for today.

    ``month`` formats the month of a day. Nothing is drawn if no row has a date.
    """
    days = [day for row in rows for span in (row.planned, row.actual) if span for day in span]
    if not days:
        return Markup("")
    first, last = min(days), max(days) + timedelta(days=1)
    scale = (WIDE - 2) / max(1, (last - first).days)
    height = 26 + 42 * len(rows)

    def x(day: date) -> float:
        return 1 + (min(max(day, first), last) - first).days * scale

    parts = _grid([(x(begin), month(begin)) for begin in _months(first, last)], height)
    for number, row in enumerate(rows):
        top = 26 + number * 42
        parts += _span("track", "", row.planned, x, top + 20, 14)
        parts += _span("value", row.state, row.actual, x, top + 24, 6)
        parts.append(f'<text class="label" x="3" y="{top + 14}">{escape(_cut(row.label, 80))}</text>')
    if first <= today <= last:
        here = x(today)
        side = "end" if here > WIDE / 2 else "start"
        parts.append(
            f'<line class="today" x1="{here:.1f}" x2="{here:.1f}" y1="20" y2="{height + 4}"/>'
            f'<text class="tick {side}" x="{here:.1f}" y="{height + 16}">{escape(said_today)}</text>'
        )
    return _svg("wide", WIDE, height + 20, title, parts)


def _grid(months: Sequence[tuple[float, str]], height: int) -> list[str]:
    """A line at the beginning of each month, with its name where it fits next to the previous one."""
    parts, free = [], 0.0
    for left, name in months:
        parts.append(f'<line class="grid" x1="{left:.1f}" x2="{left:.1f}" y1="16" y2="{height}"/>')
        place = min(left + 3, WIDE - MONTH_ROOM)
        if place >= free:
            parts.append(f'<text class="tick" x="{place:.1f}" y="13">{escape(name)}</text>')
            free = place + MONTH_ROOM
    return parts


def _span(
    kind: str, state: str, span: tuple[date, date] | None, x: Callable[[date], float], top: int, thick: int
) -> list[str]:
    if span is None:
        return []
    left, right = x(span[0]), x(span[1] + timedelta(days=1))
    width = max(3.0, right - left)
    classes = escape(f"{kind} {state}")
    return [f'<rect class="{classes}" x="{left:.1f}" y="{top}" width="{width:.1f}" height="{thick}" rx="3"/>']


def trend(
    title: str,
    points: Sequence[Point],
    write: Callable[[float], str],
    lowest: float = 0.0,
    highest: float | None = None,
) -> Markup:
    """Actual values, point by point, against targets (dashed).

    ``write`` formats a value; the axis covers ``lowest`` and ``highest``, and all values beyond them.
    Nothing is drawn from fewer than two points with a value, which show no trend.
    """
    values = [value for point in points for value in (point.value, point.target) if value is not None]
    if sum(point.value is not None or point.target is not None for point in points) < 2:
        return Markup("")
    low = min(lowest, *values)
    high = max(values if highest is None else [highest, *values])
    spread = (high - low) or 1.0
    step = (SMALL - 60) / max(1, len(points) - 1)

    def at(number: int, value: float) -> tuple[float, float]:
        return 30 + number * step, 138 - (value - low) / spread * 108

    ground = at(0, low)[1]
    parts = [f'<line class="axis" x1="0" x2="{SMALL}" y1="{ground:.1f}" y2="{ground:.1f}"/>']
    parts += _line(
        "target", [(*at(n, point.target), "") for n, point in enumerate(points) if point.target is not None]
    )
    reached = [(n, point.value) for n, point in enumerate(points) if point.value is not None]
    parts += _line("reached", [(*at(n, value), write(value)) for n, value in reached])
    every = _every(len(points), MOST_MARKS - 2)
    parts += [
        f'<text class="tick middle" x="{at(number, low)[0]:.1f}" y="156">{escape(point.label)}</text>'
        for number, point in enumerate(points)
        if number % every == 0
    ]
    return _svg("small", SMALL, 162, title, parts)


def _line(name: str, places: Sequence[tuple[float, float, str]]) -> list[str]:
    """A line through points, with a dot and a label at each."""
    every = _every(len(places), MOST_MARKS)
    line = " ".join(f"{left:.1f},{top:.1f}" for left, top, _ in places)
    return [
        f'<polyline class="{name}" points="{line}"/>',
        *(f'<circle class="{name}" cx="{left:.1f}" cy="{top:.1f}" r="3.5"/>' for left, top, _ in places),
        *(
            f'<text class="said middle" x="{left:.1f}" y="{top - 9:.1f}">{escape(said)}</text>'
            for number, (left, top, said) in enumerate(places)
            if said and number % every == 0
        ),
    ]


def columns(title: str, counts: Sequence[tuple[str, int]]) -> Markup:
    """A column for the count in each span of time; empty if all are zero."""
    most = max((count for _, count in counts), default=0)
    if not most:
        return Markup("")
    width = SMALL / len(counts)
    every = _every(len(counts), MOST_MARKS - 2)
    parts = [f'<line class="axis" x1="0" x2="{SMALL}" y1="102.5" y2="102.5"/>']
    for number, (label, count) in enumerate(counts):
        tall = count / most * 84
        left = number * width
        if count:
            gap = min(2.0, width / 4)
            parts.append(
                f'<rect class="value" x="{left + gap:.1f}" y="{102 - tall:.1f}" '
                f'width="{width - 2 * gap:.1f}" height="{tall:.1f}" rx="1.5"/>'
                f'<text class="tick middle" x="{left + width / 2:.1f}" y="{98 - tall:.1f}">{count}</text>'
            )
        if number % every == 0:
            parts.append(f'<text class="tick" x="{left:.1f}" y="118">{escape(label)}</text>')
    return _svg("small", SMALL, 122, title, parts)


def _svg(size: str, width: int, height: int, title: str, parts: Sequence[str]) -> Markup:
    said = escape(title)
    svg = f'<svg class="chart {size}" viewBox="0 0 {width} {height}" role="img" aria-label="{said}">'
    drawn = f"{svg}{''.join(parts)}</svg>"
    if size == "wide":
        drawn = f'<div class="scroll" role="region" tabindex="0" aria-label="{said}">{drawn}</div>'
    return Markup(drawn)  # noqa: S704  (each part was escaped where it was put in)  # nosec B704


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _every(count: int, most: int) -> int:
    return max(1, -(-count // most))


def _months(first: date, last: date) -> list[date]:
    """The first days of the months between two days, at most as many as fit."""
    before, count = first.year * 12 + first.month - 1, 0
    if first.day > 1:
        before += 1
    count = last.year * 12 + last.month - before
    every = _every(max(1, count), 8)
    return [date(number // 12, number % 12 + 1, 1) for number in range(before, before + count, every)]
