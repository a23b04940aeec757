"""A small service that mounts the copy of the registry: these lines are all that it takes."""

from __future__ import annotations

from pathlib import Path

from shared.database.tables import service_metadata
from shared.host.service import Service
from shared.partnership.registry_copy import RegistryCopy

REGISTRY = RegistryCopy(service_metadata())

service = Service(
    name="mounting",
    title="mounting, what shows how a copy is mounted",
    operations=(),
    metadata=REGISTRY.metadata,
    migrations=Path(__file__).parent / "migrations",
    projections=REGISTRY.projections,
)
