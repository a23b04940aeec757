"""Static files with immutable, content-hashed addresses."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
ASKED_AGAIN = "public, no-cache"
"""Without the hash of its content (or with an old one) a file is revalidated, by its entity tag."""


def _mark(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


MARKS = {file.name: _mark(file) for file in FOLDER.iterdir() if file.is_file()}


def address(name: str) -> str:
    """The address of a file, valid while its content is unchanged."""
    return f"/static/{name}?v={MARKS[name]}"


class PublicStaticFiles(StaticFiles):
    """The static files; other sites may load them."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    def file_response(self, full_path: Any, stat_result: Any, scope: Any, status_code: int = 200) -> Response:
        """Serve a file, or 304."""
        answer = super().file_response(full_path, stat_result, scope, status_code)
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("v", [""])[0]
        same = asked == MARKS.get(Path(full_path).name)
        answer.headers["Cache-Control"] = FOR_EVER if same else ASKED_AGAIN
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return answer
