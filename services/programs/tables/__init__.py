"""The programmes' tables, and the mapping of the model onto them."""

from services.programs.tables import (
    activities,
    contributions,
    evidence,
    indicators,
    partnerships,
    problems,
    programs,
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
    "templates",
    "umbrellas",
]
