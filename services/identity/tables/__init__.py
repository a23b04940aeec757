"""Identity's tables, and the mapping of the model onto them."""

from services.identity.tables import accounts, audit, erasures, sessions
from services.identity.tables.registry import metadata

__all__ = ["accounts", "audit", "erasures", "metadata", "sessions"]
