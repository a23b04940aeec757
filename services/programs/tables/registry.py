"""SQLAlchemy metadata and mapper registry of this service."""

from sqlalchemy.orm import registry

from shared.database.tables import service_metadata

mapper_registry = registry(metadata=service_metadata())
metadata = mapper_registry.metadata
