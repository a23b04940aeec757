"""What every process says of itself to Prometheus."""

from __future__ import annotations

from importlib.metadata import version
from platform import python_version

import pytest
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.parser import text_string_to_metric_families

from shared.observability import metrics

COSTLY = {"route", "command", "event", "status", "reason", "timer", "table", "projection"}
"""Labels with dozens or hundreds of values."""
OURS = [metric for metric in vars(metrics).values() if isinstance(metric, MetricWrapperBase)]


def test_the_release_is_named_and_no_series_tells_when_it_began() -> None:
    metrics.EVENTS_PUBLISHED.labels("a test").inc()
    text = generate_latest(REGISTRY).decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    (build,) = [sample for sample in samples if sample.name == "kemitraan_build_info"]
    assert build.labels == {"version": version("kemitraan"), "python": python_version()}
    assert not [sample.name for sample in samples if sample.name.endswith("_created")]


@pytest.mark.parametrize("metric", [metric for metric in OURS if metric._type == "histogram"], ids=str)
def test_no_histogram_has_a_label_with_many_values(metric: MetricWrapperBase) -> None:
    assert not COSTLY & set(metric._labelnames)


def test_a_method_that_nobody_knows_makes_no_series_of_its_own() -> None:
    first, second = (metrics.of_request("a test", method, "(none)", "405") for method in ("BREW", "PROPFIND"))
    assert first == second
