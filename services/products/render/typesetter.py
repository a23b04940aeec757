"""The printed leaflet; runs in a worker process."""

from __future__ import annotations

import json
from pathlib import Path

from services.products.render.drawing import drawn
from shared.press.glyphs import MISSING
from shared.press.typesetter import compiled

TEMPLATE = Path(__file__).with_name("leaflet.typ")


def typeset_leaflet(sheet: bytes) -> bytes:
    """The sheet, as JSON with a body in Markdown, as a PDF."""
    told = json.loads(sheet)
    body = told.pop("body")
    told["blocks"] = drawn(body)
    told["missing"] = (told["missing"] or MISSING in str(told["blocks"])) and MISSING not in body
    return compiled(TEMPLATE, told)
