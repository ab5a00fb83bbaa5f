"""What a voice note is: sound alone, in one of the four forms that phones and browsers record, told by its content, never by its
name; and how long it lasts. Nothing is decoded: only the frame around the sound is read, and never more than there is."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

MOST_PARTS = 500_000  # elements, boxes or pages of one file; an hour of talk has less than half
OPUS_RATE = 48_000  # an Opus stream counts in this rate, whatever was recorded
_EBML, _SEGMENT, _INFO, _SCALE, _LASTS = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x2AD7B1, 0x4489
_TRACKS, _TRACK, _TRACK_TYPE, _DOC_TYPE = 0x1654AE6B, 0xAE, 0x83, 0x4282
_CLUSTER, _CLUSTER_AT, _BLOCK, _GROUP, _GROUP_BLOCK = 0x1F43B675, 0xE7, 0xA3, 0xA0, 0xA1
_OPEN = {_SEGMENT, _INFO, _TRACKS, _TRACK, _CLUSTER, _GROUP, _EBML}  # elements that hold elements
_SOUND = 2  # a track of this type is sound
_BOXES = {b"moov", b"trak", b"mdia", b"moof", b"traf", b"mvex"}  # boxes that hold boxes
_OGG_SOUND = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC")


class NoSound(ValueError):
    """The content is none of these."""


@dataclass(frozen=True)
class Sound:
    """The type that it is served under, how its file ends, and its length in seconds, where its frame says it."""

    type: str
    ends: str
    seconds: float | None = None


def look_at(content: bytes) -> Sound:
    """Which sound this is; NoSound for everything else, a film included."""
    try:
        if content[:4] == b"\x1aE\xdf\xa3":
            return _webm(content)
        if content[:4] == b"OggS":
            return _ogg(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
            return _wav(content)
        if content[4:8] == b"ftyp":
            return _mp4(content)
    except (IndexError, ValueError, OverflowError) as broken:
        raise NoSound from broken
    raise NoSound


def _goes_on(parts: Iterator[int]) -> bool:
    if next(parts) > MOST_PARTS:
        raise NoSound
    return True


# WebM: elements in elements, each with an id, a size that may be unknown, and its content.


def _number(content: bytes, at: int, *, keeps_mark: bool) -> tuple[int, int]:
    """(value, where the next byte stands) of a number whose first bits say how long it is."""
    first = content[at]
    length = 9 - first.bit_length()
    if length > 8:
        raise NoSound
    value = int.from_bytes(content[at : at + length])
    if len(content) < at + length:
        raise NoSound
    return (value if keeps_mark else value & ((1 << (7 * length)) - 1)), at + length


def _elements(content: bytes) -> Iterator[tuple[int, int, int]]:
    """(id, begin, end) of every element; those that hold others are gone into. One whose end is unknown, or cut off, ends with all."""
    at, parts = 0, count()
    while at + 2 <= len(content) and _goes_on(parts):
        known, after = _number(content, at, keeps_mark=True)
        size, begin = _number(content, after, keeps_mark=False)
        is_open_ended = size == (1 << (7 * (begin - after))) - 1
        end = len(content) if is_open_ended else min(begin + size, len(content))
        yield known, begin, end
        at = begin if known in _OPEN else end


def _webm(content: bytes) -> Sound:
    tracks: set[int] = set()
    scale, lasts, latest, cluster, doc = 1_000_000, 0.0, -1, 0, b""
    for known, begin, end in _elements(content):
        held = content[begin:end] if end - begin <= 64 else content[begin : begin + 8]
        if known == _DOC_TYPE:
            doc = held
        elif known == _TRACK_TYPE:
            tracks.add(int.from_bytes(held))
        elif known == _SCALE:
            scale = int.from_bytes(held)
        elif known == _LASTS:
            lasts = _floating(held)
        elif known == _CLUSTER_AT:
            cluster = int.from_bytes(held)
        elif known in (_BLOCK, _GROUP_BLOCK):
            _track, after = _number(content, begin, keeps_mark=False)
            latest = max(latest, cluster + int.from_bytes(content[after : after + 2], signed=True))
    if doc.rstrip(b"\0") not in (b"webm", b"matroska") or tracks != {_SOUND}:
        raise NoSound
    ticks = max(lasts, float(latest))
    return Sound("audio/webm", "webm", ticks * scale / 1e9 if ticks >= 0 else None)


def _floating(held: bytes) -> float:
    value: float = struct.unpack(">f" if len(held) == 4 else ">d", held)[0] if len(held) in (4, 8) else 0.0
    return value if 0 <= value < 1e12 else 0.0


# Ogg: pages, each saying which stream it belongs to and how far that stream has come.


def _ogg(content: bytes) -> Sound:
    at, rate, skip, latest, pages = 0, 0, 0, -1, count()
    while content[at : at + 4] == b"OggS" and _goes_on(pages):
        begins, granule, parts = content[at + 5] & 2, int.from_bytes(content[at + 6 : at + 14], "little"), content[at + 26]
        body = at + 27 + parts
        if begins:
            head = content[body : body + 40]
            if not head.startswith(_OGG_SOUND):
                raise NoSound  # a picture's stream
            if head.startswith(b"OpusHead"):
                rate, skip = OPUS_RATE, int.from_bytes(head[10:12], "little")
            elif head.startswith(b"\x01vorbis"):
                rate = int.from_bytes(head[12:16], "little")
            elif head.startswith(b"Speex   "):
                rate = int.from_bytes(head[36:40], "little")
            else:
                rate = int.from_bytes(content[body + 27 : body + 30]) >> 4
        if granule < 2**63:  # all bits set: no sound ends on this page
            latest = max(latest, granule)
        at = body + sum(content[at + 27 : body])
    if not rate:
        raise NoSound
    return Sound("audio/ogg", "ogg", max(0, latest - skip) / rate if latest >= 0 else None)


# WAV: chunks, one of which says the bytes a second.


def _wav(content: bytes) -> Sound:
    at, a_second, sound, parts = 12, 0, 0, count()
    while at + 8 <= len(content) and _goes_on(parts):
        name, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        if name == b"fmt ":
            a_second = int.from_bytes(content[at + 16 : at + 20], "little")
        elif name == b"data":
            sound = min(size, len(content) - at - 8)
        at += 8 + size + size % 2
    if not a_second or not sound:
        raise NoSound
    return Sound("audio/wav", "wav", sound / a_second)


# MP4, as telephones record: boxes in boxes. A track says by its handler what it holds.


def _boxes(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    at, parts = 0, count()
    while at + 8 <= len(content) and _goes_on(parts):
        size, name, begin = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8], at + 8
        if size == 1:
            size, begin = int.from_bytes(content[at + 8 : at + 16]), at + 16
        end = len(content) if size == 0 else min(at + size, len(content))
        if end < begin:
            raise NoSound
        yield name, begin, end
        at = begin if name in _BOXES else end


def _mp4(content: bytes) -> Sound:
    handlers: set[bytes] = set()
    scale, ticks, parts, lasts = 0, 0, 0, 0.0
    for name, begin, end in _boxes(content):
        if name == b"hdlr":
            handlers.add(content[begin + 8 : begin + 12])
        elif name in (b"mvhd", b"mdhd"):
            is_long = content[begin] == 1
            at = begin + (20 if is_long else 12)
            scale = int.from_bytes(content[at : at + 4]) or scale
            ticks = int.from_bytes(content[at + 4 : at + (12 if is_long else 8)])
            lasts = max(lasts, ticks / scale if scale and ticks < 2**32 - 1 else 0.0)
        elif name == b"trun":  # recorded piece by piece, the length of the whole is not written anywhere
            parts += _run(content, begin, end)
    if handlers != {b"soun"}:
        raise NoSound
    seconds = lasts or (parts / scale if scale and parts else 0.0)
    return Sound("audio/mp4", "m4a", seconds or None)


def _run(content: bytes, begin: int, end: int) -> int:
    """The ticks of one piece, where each sample says how long it is."""
    flags, samples = int.from_bytes(content[begin + 1 : begin + 4]), int.from_bytes(content[begin + 4 : begin + 8])
    at = begin + 8 + (4 if flags & 1 else 0) + (4 if flags & 4 else 0)
    if not flags & 0x100:
        return 0
    width = 4 * sum(1 for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit)
    return sum(int.from_bytes(content[i : i + 4]) for i in range(at, min(at + samples * width, end), width))
