"""Page language selection."""

from __future__ import annotations

from starlette.requests import Request

from shared.i18n import Locale, negotiate


def locale_of(request: Request) -> Locale:
    """The language requested by ``?lang=``, else by Accept-Language."""
    wanted = request.query_params.get("lang")
    return negotiate(wanted if wanted in ("id", "en") else request.headers.get("accept-language"))
