"""Authentication and authorisation: actors, tokens, roles, permissions."""
