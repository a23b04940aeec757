"""QR code on a printed sheet."""

from __future__ import annotations

import io
from collections.abc import Callable

import segno

from shared.i18n import N_

INK = "#083f40"
"""Dark teal: 11 to 1 on white, which every scanner can read."""


def picture(
    text: str, *, dark: str = INK, border: int = 2, scale: int | None = None, css: str | None = None
) -> str:
    """The QR code of a text, as an SVG of one path; error correction M restores 15 percent.

    ``border`` is in modules. With a ``scale`` (pixels a module) it has a size of its own, else it takes that
    of its place.
    """
    written = io.BytesIO()
    segno.make_qr(text, error="m").save(
        written,
        kind="svg",
        border=border,
        scale=scale or 1,
        dark=dark,
        light="#fff",
        xmldecl=False,
        svgclass=css,
        lineclass=None,
        omitsize=scale is None,
        nl=False,
    )
    return written.getvalue().decode()


def alternative(address: str, translate: Callable[[str], str]) -> str:
    """The text alternative of the QR code of an address."""
    return translate(N_("QR code that leads to %(address)s")) % {"address": address}
