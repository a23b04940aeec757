"""The registry: organisations, their partnerships, and the charters that the parties sign."""
