"""Command-line interface; the only package that knows all services."""
