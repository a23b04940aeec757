"""Pages for administering an agency: accounts, API tokens, erasures, audit log."""

from __future__ import annotations

from starlette.routing import Route

from services.portal.agency import accounts, audit, erasures, new_account, settings, tokens
from services.portal.rendering import Renderer


def routes(renderer: Renderer) -> list[Route]:
    """The routes below /agency."""
    return [
        *settings.routes(renderer),
        *new_account.routes(renderer),
        *accounts.routes(renderer),
        *tokens.routes(renderer),
        *erasures.routes(renderer),
        *audit.routes(renderer),
    ]
