"""Image sanitising: decoded within limits, rotated upright, re-encoded without metadata."""

from __future__ import annotations

import io
import struct
from typing import Any

from PIL import Image, ImageCms, ImageOps, JpegImagePlugin, PngImagePlugin

from shared.content.refusals import FileHoldsMore, FileMalformed, FileTooFull

MOST = 256 * 1024 * 1024
"""The maximum decompressed size of a picture, four bytes a pixel: 64 megapixels."""
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG"}
QUALITY = 90
"""For a JPEG that cannot keep its compression, because its colours were converted."""
# The exceptions of decoders for invalid files.
_BROKEN = (OSError, SyntaxError, ValueError, IndexError, KeyError, TypeError, EOFError, struct.error)
Image.MAX_IMAGE_PIXELS = None  # our own limit
_SRGB = ImageCms.createProfile("sRGB")


def rewrite_picture(data: bytes, media_type: str) -> bytes:
    """The picture only: no location, device, comment, profile, thumbnail, second picture, trailing bytes."""
    try:
        with Image.open(io.BytesIO(data), formats=[FORMATS[media_type]]) as opened:
            if opened.width * opened.height * 4 > MOST:
                raise FileTooFull(limit=MOST)
            # A phone's second picture is a gain map, but the frames of a PNG are its content.
            if isinstance(opened, PngImagePlugin.PngImageFile) and getattr(opened, "is_animated", False):
                raise FileHoldsMore
            opened.load()
            return _written(opened, FORMATS[media_type])
    except _BROKEN as error:
        raise FileMalformed(media_type=media_type) from error


def _written(opened: Image.Image, form: str) -> bytes:
    shown = _in_srgb(ImageOps.exif_transpose(opened))
    if form == "JPEG" and shown.mode not in ("L", "RGB"):
        shown = shown.convert("RGB")
    how = _packed_as(opened, shown) if form == "JPEG" else {}
    clear = shown.info.get("transparency")
    shown = shown.copy()
    shown.info = {} if clear is None or form == "JPEG" else {"transparency": clear}
    written = io.BytesIO()
    shown.save(written, form, **how)
    return written.getvalue()


def _in_srgb(picture: Image.Image) -> Image.Image:
    """The same colours without the embedded profile."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK"):
        return picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, own, _SRGB, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture  # an unreadable profile is ignored
    return converted or picture


def _packed_as(opened: Image.Image, shown: Image.Image) -> dict[str, Any]:
    """Compress it like the original JPEG, so that as little as possible is lost."""
    tables = getattr(opened, "quantization", None)
    if not tables or opened.mode != shown.mode:
        return {"quality": QUALITY, "progressive": True}
    how: dict[str, Any] = {"qtables": tables, "progressive": True}
    if (sampling := JpegImagePlugin.get_sampling(opened)) >= 0:  # otherwise an uncommon one
        how["subsampling"] = sampling
    return how
