"""Problems and programmes over HTTP."""

from fastapi import APIRouter

from services.programs.api import (
    activities,
    analysis,
    contributions,
    evidence,
    exports,
    indicators,
    problems,
    programs,
    stages,
    templates,
)

# The routes as they are: an included router is matched a second time on every request.
router = APIRouter(
    routes=[
        *problems.router.routes,
        *analysis.router.routes,
        *templates.router.routes,
        *programs.router.routes,
        *stages.router.routes,
        *evidence.router.routes,
        *activities.router.routes,
        *contributions.router.routes,
        *indicators.router.routes,
        *exports.router.routes,
    ]
)
