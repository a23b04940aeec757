"""Benchmarks: this system against a textbook implementation and a hand-written ceiling."""
