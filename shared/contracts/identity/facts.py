"""The words of what identity publishes."""

from __future__ import annotations
