"""Shared library of the services: contracts, database, events, HTTP, host."""
