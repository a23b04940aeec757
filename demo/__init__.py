"""The demonstration: a whole partnership, played through the public HTTP APIs alone."""
