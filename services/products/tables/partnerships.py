"""The copy of what the registry published."""

from __future__ import annotations

from services.products.tables.registry import metadata
from shared.partnership.registry_copy import RegistryCopy

REGISTRY = RegistryCopy(metadata)
partnerships = REGISTRY.tables.partnerships
