"""HTTP API of programs."""

from services.programs.api import (
    activities,
    analysis,
    changes,
    contributions,
    evidence,
    exports,
    indicators,
    problems,
    programs,
    reports,
    stages,
    templates,
)

OPERATIONS = (
    problems.operations,
    analysis.operations,
    templates.operations,
    programs.operations,
    stages.operations,
    changes.operations,
    evidence.operations,
    activities.operations,
    contributions.operations,
    indicators.operations,
    reports.operations,
    exports.operations,
)
