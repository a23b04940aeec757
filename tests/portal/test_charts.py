"""Charts hold what they are given, whatever that is, and are read aloud by their title."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from services.portal import charts
from services.portal.charts import Bar, Point, Span
from services.portal.views import Charts, mean
from shared.i18n import translator

HOSTILE = "<img src=x onerror=alert(1)> \" ' & </svg>"
TODAY = date(2026, 3, 1)
DRAWING = Charts(translator("en"), "en", ZoneInfo("Asia/Jakarta"))
# What an XML reader takes; browsers are more lenient.
TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=120
)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
SPANS = st.none() | st.tuples(DAYS, DAYS).map(lambda days: (min(days), max(days)))
VALUES = st.none() | st.floats(-1e15, 1e15)


def read(chart: Markup) -> ET.Element:
    """The SVG of a chart; it is well formed."""
    whole = ET.fromstring(chart)
    svg = whole if whole.tag == "svg" else whole.find("svg")
    assert svg is not None
    return svg


def inside(svg: ET.Element) -> bool:
    """Whether every bar and dot lies within the drawing."""
    _, _, width, height = (float(part) for part in svg.attrib["viewBox"].split())
    rects = [
        {key: float(item.attrib[key]) for key in ("x", "y", "width", "height")} for item in svg.iter("rect")
    ]
    dots = [(float(item.attrib["cx"]), float(item.attrib["cy"])) for item in svg.iter("circle")]
    return all(
        rect["x"] >= -0.1
        and rect["y"] >= 0
        and rect["width"] >= 0
        and rect["x"] + rect["width"] <= width + 3.1
        and rect["y"] + rect["height"] <= height + 0.1
        for rect in rects
    ) and all(0 <= x <= width and 0 <= y <= height for x, y in dots)


def text_of(svg: ET.Element) -> list[str]:
    return [item.text or "" for item in svg.iter("text")]


def test_bars_have_the_length_of_their_share_and_say_it() -> None:
    svg = read(
        charts.bars("Trust", [Bar("Half", 0.5, "50%"), Bar("Beyond", 7.0, "700%"), Bar("Less", -1, "-")])
    )
    assert svg.attrib["role"] == "img"
    assert svg.attrib["aria-label"] == "Trust"
    widths = [float(bar.attrib["width"]) for bar in svg.iter("rect") if bar.attrib["class"] == "value"]
    whole = float(next(bar for bar in svg.iter("rect") if bar.attrib["class"] == "track").attrib["width"])
    assert widths == [whole / 2, whole, 0]
    assert text_of(svg) == ["Half", "50%", "Beyond", "700%", "Less", "-"]


def test_nothing_is_drawn_of_nothing() -> None:
    assert charts.bars("x", []) == ""
    assert charts.columns("x", []) == ""
    assert charts.columns("x", [("2026", 0)]) == ""
    assert charts.plan("x", [], TODAY, "today", str) == ""
    assert charts.plan("x", [Span("a", "planned", None, None)], TODAY, "today", str) == ""
    assert charts.trend("x", [], str) == ""
    assert charts.trend("x", [Point("a", None, None), Point("b", None, None)], str) == ""
    assert DRAWING.incidents([]) == ""
    assert DRAWING.shares({"parties": [{"name": "A", "value": 0}]}) == ""


def test_one_point_is_no_course() -> None:
    assert charts.trend("x", [Point("a", 3.0, None)], str) == ""
    assert charts.trend("x", [Point("a", 3.0, 4.0), Point("b", None, None)], str) == ""


@pytest.mark.parametrize("value", [0.0, 5.0, -5.0])
def test_equal_values_are_a_level_line(value: float) -> None:
    svg = read(charts.trend("x", [Point("a", value, None), Point("b", value, None)], str))
    heights = {value.attrib["cy"] for value in svg.iter("circle")}
    assert len(heights) == 1
    assert inside(svg)


def test_more_stands_higher_and_targets_have_a_line_of_their_own() -> None:
    points = [Point("a", 14.0, None), Point("b", 9.0, 10.0), Point("c", None, 8.0)]
    svg = read(charts.trend("x", points, lambda value: f"{value:g}"))
    reached = [
        float(target.attrib["cy"]) for target in svg.iter("circle") if target.attrib["class"] == "reached"
    ]
    assert reached == sorted(reached), "a lower value is drawn further down"
    assert len([target for target in svg.iter("circle") if target.attrib["class"] == "target"]) == 2
    assert text_of(svg) == ["14", "9", "a", "b", "c"]


def test_the_axis_of_a_score_holds_the_whole_scale() -> None:
    low = read(charts.trend("x", [Point("a", 1.0, None), Point("b", 1.2, None)], str, 1, 5))
    high = read(charts.trend("x", [Point("a", 4.8, None), Point("b", 5.0, None)], str, 1, 5))
    assert min(float(hold.attrib["cy"]) for hold in low.iter("circle")) > max(
        float(hold.attrib["cy"]) for hold in high.iter("circle")
    )


def test_a_plan_shows_what_was_meant_what_was_done_and_today() -> None:
    rows = [
        Span(
            "1. Map", "completed", (date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 1, 5), date(2026, 2, 9))
        ),
        Span("2. Watch", "overdue", (date(2026, 2, 1), date(2026, 3, 31)), None),
    ]
    svg = read(charts.plan("Stages", rows, TODAY, "today", lambda day: f"{day:%m/%y}"))
    classes = [show.attrib["class"].strip() for show in svg.iter("rect")]
    assert classes == ["track", "value completed", "track"]
    texts = text_of(svg)
    assert {"1. Map", "2. Watch", "today", "01/26"} <= set(texts)
    long_ago = read(charts.plan("Stages", rows, date(2020, 1, 1), "today", str))
    assert "today" not in text_of(long_ago)


def test_many_columns_leave_room_for_their_labels() -> None:
    counts = [(str(year), year % 3) for year in range(1900, 2027)]
    svg = read(charts.columns("x", counts))
    labels = [label for label in text_of(svg) if len(label) == 4]
    assert 2 <= len(labels) <= charts.MOST_MARKS
    assert inside(svg)


def test_hostile_texts_are_drawn_as_the_texts_they_are() -> None:
    span = Span(HOSTILE, HOSTILE, (TODAY, TODAY), (TODAY, TODAY))
    for chart in (
        charts.bars(HOSTILE, [Bar(HOSTILE, 0.5, HOSTILE)]),
        charts.columns(HOSTILE, [(HOSTILE, 2)]),
        charts.plan(HOSTILE, [span], TODAY, HOSTILE, lambda _: HOSTILE),
        charts.trend(HOSTILE, [Point(HOSTILE, 1.0, 2.0), Point(HOSTILE, 2.0, 2.0)], lambda _: HOSTILE),
    ):
        assert "<img" not in chart
        svg = read(chart)
        assert svg.attrib["aria-label"] == HOSTILE
        assert any(HOSTILE in text for text in text_of(svg))
        assert {text.tag for text in svg.iter()} <= {"svg", "text", "rect", "line", "circle", "polyline"}


def test_a_wide_chart_can_be_scrolled_with_keys() -> None:
    chart = charts.plan("Stages", [Span("1", "planned", (TODAY, TODAY), None)], TODAY, "today", str)
    region = ET.fromstring(chart)
    assert (region.attrib["role"], region.attrib["tabindex"], region.attrib["aria-label"]) == (
        "region",
        "0",
        "Stages",
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(st.builds(Span, TEXT, TEXT, SPANS, SPANS), max_size=12), DAYS, TEXT)
def test_any_plan_is_drawn_within_its_frame(rows: list[Span], today: date, title: str) -> None:
    chart = charts.plan(title, rows, today, "today", lambda day: f"{day:%Y-%m}")
    if chart:
        svg = read(chart)
        assert inside(svg)
        assert len([item for item in svg.iter("line") if item.attrib["class"] == "grid"]) <= 9


@settings(max_examples=60, deadline=None)
@given(st.lists(st.builds(Point, TEXT, VALUES, VALUES), max_size=30), TEXT)
def test_any_course_is_drawn_within_its_frame(points: list[Point], title: str) -> None:
    chart = charts.trend(title, points, lambda value: f"{value:g}")
    if chart:
        assert inside(read(chart))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.builds(Bar, TEXT, st.floats(allow_nan=False), TEXT), max_size=12), TEXT)
def test_any_bars_are_drawn_within_their_frame(rows: list[Bar], title: str) -> None:
    chart = charts.bars(title, rows)
    if chart:
        assert inside(read(chart))


def test_incidents_are_counted_by_month_and_over_many_years_by_year() -> None:
    near = [{"on": "2026-01-03"}, {"on": "2026-01-30"}, {"on": "2026-03-01"}]
    svg = read(DRAWING.incidents(near))
    assert svg.attrib["aria-label"] == "Incidents by month"
    assert text_of(svg) == ["2", "Jan 2026", "Feb 2026", "1", "Mar 2026"]
    far = read(DRAWING.incidents([{"on": "1999-12-31"}, {"on": "2026-03-01"}]))
    assert far.attrib["aria-label"] == "Incidents by year"


def test_work_on_a_stage_ends_with_its_programme() -> None:
    stage = {
        "position": 1,
        "title": "Watch",
        "state": "in_progress",
        "overdue": False,
        "planned_start": None,
        "planned_end": None,
        "started_at": "2026-01-01T17:30:00Z",
        "completed_at": None,
    }
    abandoned = read(DRAWING.plan({"ended_on": "2026-01-20", "stages": [stage]}, TODAY + timedelta(days=90)))
    assert "today" not in text_of(abandoned), "it did not go on until today"
    running = read(DRAWING.plan({"ended_on": None, "stages": [stage]}, TODAY))
    assert "today" in text_of(running)


def test_trust_goes_from_round_to_round() -> None:
    def closed(on: str, *scores: float) -> dict[str, object]:
        names = ("honesty", "benefit")
        return {
            "closed_at": on,
            "means": {"dimensions": dict(zip(names, scores, strict=True) if scores else [])},
        }

    rounds = [
        closed("2025-06-01T00:00:00Z", 3.0, 4.0),
        closed("2025-12-01T00:00:00Z"),
        closed("2026-02-01T00:00:00Z", 4.0, 5.0),
    ]
    svg = read(DRAWING.trust_trend(rounds))
    assert text_of(svg) == ["3.5", "4.5", "Jun 2025", "Dec 2025", "Feb 2026"]
    assert mean([]) is None
    assert DRAWING.trust_trend(rounds[:1]) == ""


def test_no_name_of_a_month_stands_on_another() -> None:
    for last in range(1, 29):
        row = Span("Stage", "done", (date(2026, 1, 20), date(2026, 12, last)), None)
        svg = read(charts.plan("Plan", [row], date(2030, 1, 1), "today", lambda day: f"{day:%b %Y}"))
        places = sorted(float(tick.attrib["x"]) for tick in svg.iter() if tick.attrib.get("class") == "tick")
        assert len(places) > 4
        assert all(right - left >= 72 for left, right in pairwise(places))
