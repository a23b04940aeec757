"""What every process says of itself to Prometheus."""

from __future__ import annotations

from importlib.metadata import version
from platform import python_version

from prometheus_client import REGISTRY, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from shared.observability import metrics


def test_the_release_is_named_and_no_series_tells_when_it_began() -> None:
    metrics.EVENTS_PUBLISHED.labels("a test").inc()
    text = generate_latest(REGISTRY).decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    (build,) = [sample for sample in samples if sample.name == "kemitraan_build_info"]
    assert build.labels == {"version": version("kemitraan"), "python": python_version()}
    assert not [sample.name for sample in samples if sample.name.endswith("_created")]
