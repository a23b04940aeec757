"""Sound and film: their packets are written into a new file of the same format, without anything besides."""

from __future__ import annotations

import io
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import av
from av.stream import Disposition

from shared.content.refusals import CodecNotAllowed, FileHoldsMore, FileMalformed


@dataclass(frozen=True, slots=True)
class Format:
    """A container as FFmpeg reads and writes it, and the codecs in it that browsers play."""

    reads: str
    writes: str
    sound: Collection[str]
    film: Collection[str] = ()


FORMATS = {
    "audio/mpeg": Format("mp3", "mp3", ["mp3"]),
    "audio/ogg": Format("ogg", "ogg", ["opus", "vorbis"]),
    "audio/mp4": Format("mp4", "ipod", ["aac"]),
    "video/mp4": Format("mp4", "mp4", ["aac", "mp3"], ["h264", "av1"]),
    "video/webm": Format("webm", "webm", ["opus", "vorbis"], ["vp8", "vp9", "av1"]),
}
# The same input gives the same bytes; no name of a program and no random number is written.
_EXACT = {"fflags": "+bitexact"}
_MISSING = 1.0
"""The seconds that may be missing at the end of what an index describes; more is a file that was cut off."""


def rewrite_recording(data: bytes, media_type: str) -> bytes:
    """The sound and the picture alone: no place, device, title, cover, subtitles or trailing bytes.

    Nothing is decoded. Raises :class:`FileMalformed`, :class:`FileHoldsMore` and :class:`CodecNotAllowed`.
    """
    form = FORMATS[media_type]
    written = io.BytesIO()
    options = _EXACT | ({"id3v2_version": "0"} if form.writes == "mp3" else {})
    try:
        # The format is named: FFmpeg could be made to open other files by some that it recognises.
        with (
            av.open(io.BytesIO(data), "r", format=form.reads) as source,
            av.open(written, "w", format=form.writes, options=options) as target,
        ):
            streams = [stream for stream in source.streams if _plays(stream)]
            _require_playable(streams, form)
            copies = {stream.index: target.add_stream_from_template(stream) for stream in streams}
            ends = dict.fromkeys(copies, -1.0)
            for packet in source.demux(streams):
                if not packet.size or not _is_played(packet):
                    continue
                if packet.is_corrupt:
                    raise ValueError("a packet is cut off")
                ends[packet.stream_index] = _end(packet)
                packet.stream = copies[packet.stream_index]
                target.mux(packet)
            for stream in streams:
                if ends[stream.index] < _least(stream, form):
                    raise ValueError("the end is missing")
    except (av.FFmpegError, ValueError, TypeError, LookupError) as error:
        raise FileMalformed(media_type=media_type) from error
    return written.getvalue()


def _end(packet: Any) -> float:
    """When it ends, in seconds."""
    begins = packet.dts if packet.pts is None else packet.pts
    return float(((begins or 0) + (packet.duration or 0)) * packet.time_base)


def _least(stream: Any, form: Format) -> float:
    """When a stream ends at the earliest, in seconds: only an MP4 says exactly how long it is."""
    if form.reads != "mp4" or not stream.duration:
        return 0.0
    return float(stream.duration * stream.time_base) - _MISSING


def _plays(stream: Any) -> bool:
    """Whether it is sound or film; a cover is a film of one picture, and is left out."""
    return stream.type in ("audio", "video") and not stream.disposition & Disposition.attached_pic


def _is_played(packet: Any) -> bool:
    """Whether a player decodes it: what follows the last frame of an MP3 comes as a packet, too."""
    head = bytes(memoryview(packet)[:2])
    return packet.stream.codec_context.codec.canonical_name != "mp3" or (
        head[:1] == b"\xff" and head[1:] >= b"\xe0"
    )


def _require_playable(streams: list[Any], form: Format) -> None:
    """Refuse codecs that browsers do not play, and what a player would have to choose from."""
    sounds = [stream for stream in streams if stream.type == "audio"]
    films = [stream for stream in streams if stream.type == "video"]
    if len(sounds) > 1 or len(films) > 1 or (films and not form.film):
        raise FileHoldsMore
    if not (films if form.film else sounds):
        raise ValueError("nothing of its kind is in it")
    for stream in streams:
        if stream.codec_context is None:
            raise ValueError("the description of a stream is missing")
        name = stream.codec_context.codec.canonical_name
        allowed = form.film if stream.type == "video" else form.sound
        if name not in allowed:
            raise CodecNotAllowed(codec=name, allowed=", ".join(allowed))
