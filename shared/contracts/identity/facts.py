"""Value types and enumerations used in identity's events."""

from __future__ import annotations
