"""Queries of programs."""
