"""Archives: export and import of all data of a service as JSON Lines."""
