"""Short recordings, as telephones and programs make them: with a place and a title inside."""

from __future__ import annotations

import io
from fractions import Fraction
from functools import cache

import av

METADATA = {"title": "Siaran", "location": "-7.4478+112.7183/", "comment": "made by a certain person"}
SECRETS = (b"Siaran", b"112.71", b"certain person")
_RATE = 48_000
_SAMPLES = {"libmp3lame": "s16p", "aac": "fltp", "libopus": "s16", "flac": "s16"}


@cache
def recording(container: str, sound: str = "", film: str = "", tracks: int = 1, *, seconds: int = 1) -> bytes:
    """Silence, or a film that grows lighter, encoded so by FFmpeg."""
    written = io.BytesIO()
    with av.open(written, "w", format=container) as target:
        target.metadata.update(METADATA)
        pictures = target.add_stream(film, rate=10) if film else None
        sounds = [target.add_stream(sound, rate=_RATE, layout="mono") for _ in range(tracks if sound else 0)]
        if isinstance(pictures, av.VideoStream):
            pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
            for number in range(10 * seconds):
                frame = av.VideoFrame(64, 48, "yuv420p")
                for plane in frame.planes:
                    plane.update(bytes([number % 12 * 20]) * plane.buffer_size)
                frame.pts, frame.time_base = number, Fraction(1, 10)
                target.mux(pictures.encode(frame))
            target.mux(pictures.encode(None))
        for stream in sounds:
            assert isinstance(stream, av.AudioStream)
            for number in range(seconds * _RATE // 1024):
                samples = av.AudioFrame(_SAMPLES[sound], "mono", 1024)
                for part in samples.planes:
                    part.update(bytes(part.buffer_size))
                samples.sample_rate, samples.pts, samples.time_base = _RATE, number * 1024, Fraction(1, _RATE)
                target.mux(stream.encode(samples))
            target.mux(stream.encode(None))
    return written.getvalue()
