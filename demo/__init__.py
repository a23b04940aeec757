"""Demonstration: a partnership played through the public HTTP APIs."""
