"""A copy of the registry, mounted into a service: what it knows, who acts and sees by it, how it came to be."""
