"""QR code on a printed sheet."""

from __future__ import annotations

import io
from collections.abc import Callable

import segno

from shared.i18n import N_

INK = "#083f40"
"""Dark teal: 11 to 1 on white, which every scanner can read."""


def picture(address: str) -> str:
    """The QR code of an address, as an SVG of one path; error correction M restores 15 percent."""
    written = io.BytesIO()
    segno.make_qr(address, error="m").save(
        written,
        kind="svg",
        border=2,
        dark=INK,
        light="#fff",
        xmldecl=False,
        svgclass=None,
        lineclass=None,
        omitsize=True,
        nl=False,
    )
    return written.getvalue().decode()


def alternative(address: str, translate: Callable[[str], str]) -> str:
    """The text alternative of the QR code of an address."""
    return translate(N_("QR code that leads to %(address)s")) % {"address": address}
