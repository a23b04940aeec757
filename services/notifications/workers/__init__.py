"""Background workers of notifications."""
