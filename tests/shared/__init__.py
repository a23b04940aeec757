"""Tests of the modules that stand alone in `shared`."""
