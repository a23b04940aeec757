"""A copy of the registry, mounted into a service: what it knows, who acts and who sees by it."""
