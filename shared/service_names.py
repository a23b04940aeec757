"""Service names: the one list; each also needs an address in the settings."""

WITH_DATA = ("partners", "programs", "products", "notifications", "identity")
"""Services with a database, an API and events of their own."""
ALL = (*WITH_DATA, "portal")
