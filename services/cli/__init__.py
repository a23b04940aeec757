"""The command line, which alone knows all services."""
