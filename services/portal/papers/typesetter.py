"""A printed paper; runs in a worker process."""

from __future__ import annotations

import json
from pathlib import Path

from shared.press.typesetter import compiled

TEMPLATE = Path(__file__).with_name("paper.typ")


def typeset_paper(sheet: bytes) -> bytes:
    """The sheet, as JSON, as a PDF."""
    return compiled(TEMPLATE, json.loads(sheet))
