"""Link preview image generator: ``python -m services.portal.picture``."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

TARGET = Path(__file__).parent / "static" / "preview.png"
WIDTH, HEIGHT = 1200, 630
"""The size that messengers and networks show uncropped (1.91 to 1)."""
FINER = 2
"""Drawn this much larger, and scaled down at the end for smooth edges."""
PAPER, INK, QUIET, GREEN, GOLD = "#f6f7f4", "#16241f", "#53635d", "#0b5d5e", "#e0a030"


def drawn() -> Image.Image:
    """The two circles of the sign, large, with the name of the site."""
    paper = Image.new("RGBA", (WIDTH * FINER, HEIGHT * FINER), PAPER)
    _circle(paper, (835, 315), 150, GREEN, 255)
    _circle(paper, (970, 315), 150, GOLD, 217)
    pen = ImageDraw.Draw(paper)
    pen.rectangle((0, 0, 14 * FINER, HEIGHT * FINER), fill=GREEN)
    for top, size, colour, words in (
        (196, 104, INK, "Kemitraan"),
        (334, 40, QUIET, "Karya bersama polisi"),
        (386, 40, QUIET, "dan masyarakat"),
    ):
        font = ImageFont.load_default(size * FINER)
        pen.text((86 * FINER, top * FINER), words, fill=colour, font=font)
    return paper.convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _circle(paper: Image.Image, middle: tuple[int, int], radius: int, colour: str, opacity: int) -> None:
    layer = Image.new("RGBA", paper.size)
    across, down = middle
    box = [FINER * edge for edge in (across - radius, down - radius, across + radius, down + radius)]
    shade = Image.new("RGB", (1, 1), colour).getpixel((0, 0))
    ImageDraw.Draw(layer).ellipse(box, fill=(*shade, opacity))  # type: ignore[misc]
    paper.alpha_composite(layer)


if __name__ == "__main__":
    drawn().quantize(128).save(TARGET, optimize=True)
