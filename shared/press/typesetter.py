"""Typst compilation; runs in a worker process."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

DESIGN = Path(__file__).with_name("house.typ")
"""What all sheets have in common; it stands before their own templates."""


def compiled(template: Path, sheet: dict[str, Any]) -> bytes:
    """A sheet drawn by a template: a PDF that conforms to PDF/UA-1.

    ``sheet`` is data, never code: the template only draws it.
    """
    import typst

    with tempfile.TemporaryDirectory() as nothing:
        # An empty folder as root: a document can read no file. Only Typst's own fonts, so that the same sheet
        # gives the same bytes everywhere.
        document: bytes = typst.compile(
            DESIGN.read_bytes() + template.read_bytes(),  # type: ignore[type-var]  # its stubs ask for one type of all arguments
            root=nothing,
            ignore_system_fonts=True,
            sys_inputs={"sheet": json.dumps(sheet)},
            pdf_standards=["ua-1"],
            package_path=nothing,
            package_cache_path=nothing,
            timestamp=sheet["timestamp"],
        )
    return document
