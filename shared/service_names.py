"""Which services there are: the one list; a new one needs its address in the settings too."""

WITH_DATA = ("partners", "programs", "products", "notifications", "identity")
"""Those with a database, an API of their own and a publisher's name on events."""
ALL = (*WITH_DATA, "portal")
