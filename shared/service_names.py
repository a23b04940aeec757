"""Service names: the one list; each also needs an address in the settings."""

WITH_DATA = ("partners", "programs", "products", "notifications", "identity")
"""Those with a database, an API of their own and a publisher's name on events."""
ALL = (*WITH_DATA, "portal")
