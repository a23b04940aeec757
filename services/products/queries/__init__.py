"""Queries of products."""
