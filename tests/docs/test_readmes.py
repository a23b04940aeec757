"""The README of each service with data lists what it publishes and hears, from its declarations."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.registry import NAMES, service
from tools.reference.documents import flow

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", [name for name in NAMES if service(name).metadata is not None])
def test_the_readme_of_a_service_lists_its_events(name: str) -> None:
    declared = service(name)
    listed = flow(declared)
    assert listed in (ROOT / "services" / name / "README.md").read_text("utf-8"), "run: make docs"
    assert all(f"`{contract.event_name}`" in listed for contract in declared.publishes)
    assert all(f"`{event.type()}`" in listed for each in declared.consumers for event in each.events)
