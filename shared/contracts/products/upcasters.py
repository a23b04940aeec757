"""Upcasters: convert older versions of events about products to the latest version."""

from __future__ import annotations

from typing import Any

from shared.contracts.event import upcaster
from shared.contracts.products.editions import ProductPublished
from shared.contracts.products.usage import CoverageDeclared


@upcaster(ProductPublished.type(), 1)
def _without_problem(data: dict[str, Any]) -> dict[str, Any]:
    """Neither the problem of a product nor the rank of a regulation was told."""
    return data


@upcaster(CoverageDeclared.type(), 1)
def _of_every_time(data: dict[str, Any]) -> dict[str, Any]:
    """An exemption was for every time that a situation picture can show."""
    return data
