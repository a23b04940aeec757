"""The process that sets one document: a sheet as JSON comes in, a PDF goes out."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import typst

MEMORY = 2 * 1024**3
"""Bytes of address space that the process may have."""
CPU_SECONDS = 30
TEMPLATE = Path(__file__).with_name("leaflet.typ")


def main() -> None:
    """Set the sheet on standard input with the template; leave with 1 and a complaint where that fails."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    sheet = sys.stdin.buffer.read().decode()
    with tempfile.TemporaryDirectory() as nothing:
        # An empty folder as root: there is no file that a document could read. No fonts but Typst's own, so
        # that the same sheet gives the same bytes everywhere.
        document: bytes = typst.compile(
            TEMPLATE.read_bytes(),  # type: ignore[type-var]  # its stubs ask for one type of all arguments
            root=nothing,
            ignore_system_fonts=True,
            sys_inputs={"sheet": sheet},
            pdf_standards=["ua-1"],
            package_path=nothing,
            package_cache_path=nothing,
            timestamp=json.loads(sheet)["timestamp"],
        )
    sys.stdout.buffer.write(document)


if __name__ == "__main__":
    try:
        main()
    except typst.TypstError as error:
        sys.exit(f"{error} {error.hints}")
