"""HTTP layer of all services: authentication, routing, problems, limits."""
