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
_WRITTEN = {"fflags": "+bitexact", "id3v2_version": "0"}


def rewrite_recording(data: bytes, media_type: str) -> bytes:
    """The sound and the picture alone: no place, device, title, cover, subtitles or trailing bytes.

    Nothing is decoded. Raises :class:`FileMalformed`, :class:`FileHoldsMore` and :class:`CodecNotAllowed`.
    """
    form = FORMATS[media_type]
    written = io.BytesIO()
    try:
        # The format is named: FFmpeg could be made to open other files by some that it recognises.
        with (
            av.open(io.BytesIO(data), "r", format=form.reads) as source,
            av.open(written, "w", format=form.writes, options=_options(form)) as target,
        ):
            streams = [stream for stream in source.streams if _plays(stream)]
            _require_playable(streams, form)
            copies = {stream.index: target.add_stream_from_template(stream) for stream in streams}
            counts = dict.fromkeys(copies, 0)
            for packet in source.demux(streams):
                if packet.dts is None or not _is_played(packet):
                    continue
                counts[packet.stream.index] += 1
                packet.stream = copies[packet.stream.index]
                target.mux(packet)
            if not all(counts.values()) or any(stream.frames > counts[stream.index] for stream in streams):
                raise FileMalformed(media_type=media_type)
    except (av.FFmpegError, ValueError, TypeError, LookupError) as error:
        raise FileMalformed(media_type=media_type) from error
    return written.getvalue()


def _options(form: Format) -> dict[str, str]:
    return {name: value for name, value in _WRITTEN.items() if name == "fflags" or form.writes == "mp3"}


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
