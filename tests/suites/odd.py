"""Odd values as they come over the wire: what no person types and some program sends. The random ones have a fixed seed."""

from __future__ import annotations

import random
from urllib.parse import quote_from_bytes, urlencode

SEED = 20261122
STRANGE = [
    "", " ", "\x00", "a\x00b", "\n", "\r\n\r\nSet-Cookie: x=1", "\t", "\x1b[31m", "\x7f", "\ufeff", "\u200b", "\u202egnp.exe", "\u0345" * 50,
    "²", "٣", "９", "Ⅷ", "½", "0", "-0", "-1", "00001", "1_000", "+1", "1e5", "1e400", "1E-400", "0x10", "NaN", "-NaN", "sNaN", "Infinity",
    "9" * 19, "9" * 30, "9" * 4400, "1.5", "1,5", "1." + "0" * 60 + "1", "true", "null", "None", "undefined", "[]", "{}", "[1,2]",
    '{"a":1}', "2026-13-45", "0000-00-00", "0001-01-01", "9999-12-31", "0001-01-01T00:00", "9999-12-31T23:59", "2026-11-22T25:61:61Z", "0001-01-01T00:00:00+23:59",
    "' OR 1=1 --", '"; DROP TABLE x; --', "%", "_", "%%", "\\", "a\\'b", "%(who)s", "{0.__class__}", "{{7*7}}", "${7*7}", "<script>x()</script>",
    "../../etc/passwd", "http://127.0.0.1/", "id", "-id", "owner__password", "pk__gt", "name;", "?", "&", "=", "#", "👩‍👩‍👧‍👦" * 20, "é", "e\u0301",
    "İstanbul", "ß" * 60, "ﷺ" * 40, "漢" * 300, "a" * 10_000,
]  # fmt: skip
BYTES = [b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80", b"%00", b"%", b"%zz"]


def odd_values(n: int = 200) -> list[bytes]:
    """The strange ones, then random text and random bytes, n in all."""
    dice = random.Random(SEED)
    found = [s.encode("utf-8") for s in STRANGE] + BYTES
    while len(found) < n:
        size = dice.randrange(1, 40)
        if dice.random() < 0.5:
            found.append(bytes(dice.randrange(256) for _ in range(size)))
        else:
            found.append("".join(chr(dice.choice([dice.randrange(32, 127), dice.randrange(0x4E00, 0x9FFF)])) for _ in range(size)).encode())
    return found[:n]


def query(name: str, value: bytes, **more: str) -> str:
    """A query string with one odd value."""
    return f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}" + (f"&{urlencode(more)}" if more else "")


def body(fields: dict[str, list[str] | str | bytes]) -> str:
    """A form's body; values may be raw bytes."""
    pairs = [(name, v) for name, value in fields.items() for v in (value if isinstance(value, list) else [value])]
    return "&".join(
        f"{quote_from_bytes(name.encode())}={quote_from_bytes(v if isinstance(v, bytes) else str(v).encode('utf-8', 'surrogatepass'))}"
        for name, v in pairs
    )
