"""A file as it lies on the disk: is it fit to be read, what is it, and in which encoding is its text?

What a file is, is read from its content; its name says nothing. Nothing is stored before every file of a run was read.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from boothline.core.errors import Refused

SIZE_LIMIT = 20 * 2**20
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    ("\ufeff".encode("gb18030"), "gb18030"),
)
WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # xlsx and other packed files; xls
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"%PDF-")  # and what is printed; a small one may look like text
CARD = re.compile(rb"\s*BEGIN[ \t]*:[ \t]*VCARD[ \t]*[\r\n]", re.IGNORECASE)
JSON = re.compile(rb"""\s*(?:\{\s*["}]|\[\s*(?:["\[{\]\d-]|true|false|null))""")
PAYLOAD = re.compile(rb"\s*(?:MECARD|BIZCARD|MEMORY):")
TEXTS = {"vcard": CARD, "json": JSON, "payload": PAYLOAD}
UNREAD = "\ufffd"  # stands where a character could not be read
OTHERS = ["cp1252", "cp1250", "cp1251", "big5", "shift_jis", "euc_kr"]


@dataclass(frozen=True)
class Source:
    """One file: its name as it was typed, what it is (vcard, workbook, json, payload or csv), its bytes without mark, its encoding."""

    file: str
    form: str
    data: bytes
    encoding: str

    @property
    def is_guessed(self) -> bool:
        """Neither UTF-8 nor GB18030: names should be looked at."""
        return self.encoding not in ("utf-8", "gb18030")


def read(path: Path, called: str = "") -> Source:
    """Reads a file, which may be called otherwise than where it lies; refuses what is no file, too big, empty or no text, and says what
    to do."""
    file = called or str(path)
    data = _bytes(path, file)
    encoding = ""
    for mark, name in BOMS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], name
            break
    if encoding.startswith("utf-16"):
        try:
            data, encoding = data.decode(encoding).encode("utf-8"), "utf-8"
        except UnicodeDecodeError as error:
            raise Refused(_("%(file)s begins like UTF-16 and is not. Save it as UTF-8.") % {"file": file}) from error
    if not data.strip():
        raise Refused(_("%(file)s is empty.") % {"file": file})
    if data.startswith(WORKBOOK):
        return Source(file, "workbook", data, "utf-8")
    if b"\0" in data or data.startswith(PICTURES):
        raise Refused(_("%(file)s is not a text file. Boothline reads vCard, csv, JSON, xlsx and xls.") % {"file": file})
    form = next((form for form, begins in TEXTS.items() if begins.match(data)), "csv")
    return Source(file, form, data, encoding or encoding_of(data, file))


def _bytes(path: Path, file: str) -> bytes:
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as opened:  # a pipe must not keep us waiting
            kind = os.fstat(opened.fileno())
            if not stat.S_ISREG(kind.st_mode):
                raise Refused(_("%(file)s is not a file. Name the files one by one.") % {"file": file})
            data = opened.read(SIZE_LIMIT + 1)
    except FileNotFoundError as error:
        raise Refused(_("There is no file %(file)s.") % {"file": file}) from error
    except IsADirectoryError as error:
        raise Refused(_("%(file)s is not a file. Name the files one by one.") % {"file": file}) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise Refused(_("%(file)s cannot be read: %(why)s") % {"file": file, "why": why}) from error
    if len(data) > SIZE_LIMIT:
        size = f"{max(kind.st_size, len(data)) / 2**20:.1f}"
        words = _("%(file)s is too big: %(size)s MB. The limit is %(limit)s MB a file; split it.")
        raise Refused(words % {"file": file, "size": size, "limit": SIZE_LIMIT // 2**20})
    return data


def encoding_of(data: bytes, file: str) -> str:
    """UTF-8 if it is that, but for a few cut characters; GB18030 if it reads as Chinese; else the likeliest of some others."""
    if _decodes(data, "utf-8") or _nearly(data.decode("utf-8", "replace")):
        return "utf-8"
    if _decodes(data, "gb18030") and _reads_as_chinese(data.decode("gb18030")):
        return "gb18030"
    from charset_normalizer import from_bytes  # heavy, and rarely needed

    best = from_bytes(data, cp_isolation=OTHERS, preemptive_behaviour=False).best()
    if best is None or not _decodes(data, best.encoding):
        words = _("%(file)s is in no encoding that can be read (UTF-8 and GB18030 can). Save it as UTF-8.")
        raise Refused(words % {"file": file})
    return best.encoding


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        return bool(data.decode(encoding))
    except (UnicodeDecodeError, LookupError):
        return False


def _nearly(text: str) -> bool:
    """Few of the characters outside ASCII could not be read: some exporters cut text in the middle of one."""
    return text.count(UNREAD) * 10 <= sum(1 for _c in re.finditer(r"[^\x00-\x7f]", text))


def _reads_as_chinese(text: str) -> bool:
    """Nearly any bytes are GB18030 for a decoder; real Chinese is made of the common characters of its first level."""
    odd = [found[0] for found in islice(re.finditer(r"[^\x00-\x7f]", text), 20_000)]
    return sum(map(_is_common, odd)) >= 0.7 * len(odd)


def _is_common(character: str) -> bool:
    code = character.encode("gb18030")
    return len(code) == 2 and (0xB0 <= code[0] <= 0xD7 or code[0] in (0xA1, 0xA3)) and code[1] >= 0xA1


def decode(value: bytes, *encodings: str) -> str:
    """The text of one value, in the first encoding that fits, else in the first with a few characters unread; else ValueError."""
    for encoding in encodings:
        try:
            return value.decode("gb18030" if encoding.lower() in ("gb2312", "gbk", "x-gbk", "cp936") else encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    text = value.decode("utf-8", "replace")
    if not _nearly(text):
        raise ValueError("no encoding fits")
    return text
