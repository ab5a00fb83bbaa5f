"""Voice notes that tests upload, made byte by byte: what each kind of recorder frames around the sound."""

from __future__ import annotations

import struct


def element(known: str, held: bytes, *, size: bytes | None = None) -> bytes:
    """One element of WebM; `size` given: as a recorder writes one whose end it does not know yet."""
    return bytes.fromhex(known) + (size or (0x10000000 | len(held)).to_bytes(4)) + held


def webm(seconds: float = 3, *tracks: int, doc: bytes = b"webm") -> bytes:
    """As a browser records: without a length, in clusters of open end, a block each 20 ms; 2 is a track of sound, 1 of a film."""
    blocks = b"".join(
        element("a3", b"\x81" + struct.pack(">h", at) + b"\x80sound") for at in range(0, int(seconds * 1000) % 10_000 + 1, 20)
    )
    first = int(seconds) // 10 * 10_000
    held = b"".join(element("ae", element("d7", b"\x01") + element("83", bytes([kind]))) for kind in tracks or (2,))
    cluster = element("1f43b675", element("e7", first.to_bytes(4)) + blocks, size=b"\x01" + b"\xff" * 7)
    segment = element("1549a966", element("2ad7b1", (1_000_000).to_bytes(4))) + element("1654ae6b", held) + cluster
    return element("1a45dfa3", element("4282", doc)) + element("18538067", segment, size=b"\x01" + b"\xff" * 7)


def ogg(seconds: float = 3, head: bytes = b"OpusHead\x01\x01" + struct.pack("<H", 312) + struct.pack("<I", 48_000) + b"\0\0\0") -> bytes:
    """Two pages: what the stream is, and its sound until a moment."""

    def page(flag: int, granule: int, held: bytes) -> bytes:
        return b"OggS\0" + bytes([flag]) + struct.pack("<qIII", granule, 7, 0, 0) + bytes([1, len(held)]) + held

    return page(2, 0, head) + page(4, round(seconds * 48_000) + 312, b"sound")


def wav(seconds: float = 3, rate: int = 8000) -> bytes:
    """Sixteen bits a sample, one channel, silence."""
    sound = bytes(round(seconds * rate) * 2)
    form = struct.pack("<HHIIHH", 1, 1, rate, rate * 2, 2, 16)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + len(sound))
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + form
        + b"data"
        + struct.pack("<I", len(sound))
        + sound
    )


def box(name: bytes, held: bytes) -> bytes:
    """One box of MP4."""
    return struct.pack(">I", 8 + len(held)) + name + held


def mp4(seconds: float = 3, *handlers: bytes, pieces: bool = False) -> bytes:
    """As telephones record: in one piece with its length, or piece by piece without."""
    whole = 0 if pieces else round(seconds * 1000)
    head = box(b"mvhd", bytes(12) + struct.pack(">II", 1000, whole) + bytes(80))
    tracks = b"".join(
        box(
            b"trak",
            box(b"mdia", box(b"mdhd", bytes(12) + struct.pack(">II", 1000, whole) + bytes(4)) + box(b"hdlr", bytes(8) + h + bytes(12))),
        )
        for h in handlers or (b"soun",)
    )
    run = struct.pack(">II", 0x301, 2) + bytes(4) + struct.pack(">IIII", round(seconds * 500), 9, round(seconds * 500), 9)
    moved = box(b"moof", box(b"traf", box(b"trun", run))) if pieces else b""
    return box(b"ftyp", b"M4A \0\0\0\0") + box(b"moov", head + tracks) + moved + box(b"mdat", b"sound")
