"""Tables of programs and their mapping."""

from services.programs.tables import (
    activities,
    contributions,
    evidence,
    indicators,
    partnerships,
    problems,
    programs,
    reports,
    templates,
    umbrellas,
)
from services.programs.tables.registry import metadata

__all__ = [
    "activities",
    "contributions",
    "evidence",
    "indicators",
    "metadata",
    "partnerships",
    "problems",
    "programs",
    "reports",
    "templates",
    "umbrellas",
]
