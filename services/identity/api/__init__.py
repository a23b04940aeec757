"""Identity over HTTP."""

from fastapi import APIRouter

from services.identity.api import (
    accounts,
    agencies,
    api_tokens,
    audit,
    erasures,
    me,
    oauth,
    provider,
    sign_in,
)

# The routes as they are: an included router is matched a second time on every request.
router = APIRouter(
    routes=[
        *sign_in.router.routes,
        *oauth.router.routes,
        *provider.router.routes,
        *me.router.routes,
        *accounts.router.routes,
        *agencies.router.routes,
        *erasures.router.routes,
        *api_tokens.router.routes,
        *audit.router.routes,
    ]
)
