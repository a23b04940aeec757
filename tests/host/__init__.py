"""Tests of what hosts the services."""
