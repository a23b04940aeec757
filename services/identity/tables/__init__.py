"""Tables of identity and their mapping."""

from services.identity.tables import accounts, audit, erasures, sessions
from services.identity.tables.registry import metadata

__all__ = ["accounts", "audit", "erasures", "metadata", "sessions"]
