"""Typst compilation; runs in a worker process."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from services.products.render.drawing import MISSING, drawn

TEMPLATE = Path(__file__).with_name("leaflet.typ")


def typeset(sheet: bytes) -> bytes:
    """The sheet, as JSON, typeset by the template: a PDF."""
    import typst

    told = json.loads(sheet)
    body = told.pop("body")
    told["blocks"] = drawn(body)
    told["missing"] = (told["missing"] or MISSING in str(told["blocks"])) and MISSING not in body
    with tempfile.TemporaryDirectory() as nothing:
        # An empty folder as root: a document can read no file. Only Typst's own fonts, so that the same sheet
        # gives the same bytes everywhere.
        document: bytes = typst.compile(
            TEMPLATE.read_bytes(),  # type: ignore[type-var]  # its stubs ask for one type of all arguments
            root=nothing,
            ignore_system_fonts=True,
            sys_inputs={"sheet": json.dumps(told)},
            pdf_standards=["ua-1"],
            package_path=nothing,
            package_cache_path=nothing,
            timestamp=told["timestamp"],
        )
    return document
