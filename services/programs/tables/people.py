"""Copy of the registry's memberships, by ids."""

from __future__ import annotations

from services.programs.tables.registry import metadata
from shared.partnership.people import People

PEOPLE = People(metadata)
