"""Redirect targets after sign-in, restricted to this site."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from starlette.requests import Request

LONGEST = 500
UNSHOWN = ("lang", "code", "done", "agencies")
"""Parameters that links do not keep: the language, one-time values, and confirmations."""
_OURS = re.compile(r"/(?:[A-Za-z0-9_.~-]+(?:/[A-Za-z0-9_.~-]+)*/?)?(?:\?[A-Za-z0-9_.~%&=+-]*)?")
_ENTRANCE = re.compile(r"/sign-(?:in|out)(?:[/?].*)?")


def return_address(request: Request) -> str:
    """The requested page, to return to after signing in; "" if there is none."""
    if request.method not in ("GET", "HEAD"):
        return ""
    query = urlencode(
        [(name, value) for name, value in request.query_params.multi_items() if name not in UNSHOWN]
    )
    return safe_address(request.url.path + (f"?{query}" if query else ""))


def safe_address(address: str) -> str:
    """An address if it is one of the portal's own pages, else "": it came with the request."""
    fits = len(address) <= LONGEST and _OURS.fullmatch(address) and not _ENTRANCE.fullmatch(address)
    return address if fits else ""
