"""The metadata of this service's own tables, and the registry of what is mapped onto them."""

from sqlalchemy.orm import registry

from shared.database.tables import service_metadata

mapper_registry = registry(metadata=service_metadata())
metadata = mapper_registry.metadata
