"""Grams that are cut in a process beside the one that stores rows: of many rows it is a fifth of the work, and needs nothing but their
lines. Whoever has many says what will be asked, does something else meanwhile, and takes the answer.

The other process knows nothing of the product but its words; it ends with whoever started it, and where it fails, or nobody opened
one, the grams are cut here.
"""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from boothline.search.grams import grams_of

MANY = 200  # texts; fewer are cut sooner than sent
HEAD = struct.Struct(">Q")  # bytes that follow
Marked = tuple[str, str]  # the mark of a kind, and the kept lines of a record
_open: ContextVar[Beside | None] = ContextVar("beside", default=None)


def grams(mark: str, text: str) -> str:
    """The marked grams of kept lines, as words of one text."""
    return " ".join([mark + gram for gram in grams_of(text)])


def cut(texts: list[Marked]) -> Callable[[], list[str]]:
    """Has the grams of these cut; what it answers with gives them."""
    beside = _open.get()
    if beside is None or len(texts) < MANY or not beside.ask(texts):
        return lambda: [grams(*text) for text in texts]
    return lambda: beside.answer() or [grams(*text) for text in texts]


@contextmanager
def helped() -> Iterator[None]:
    """Inside, another process cuts grams, from the first many on."""
    beside = Beside()
    token = _open.set(beside)
    try:
        yield
    finally:
        _open.reset(token)
        beside.close()


class Beside:
    """The other process, and what it owes."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._owes = self._has_failed = False

    def ask(self, texts: list[Marked]) -> bool:
        """Sends them; whether they were taken."""
        if self._owes:  # whoever asked before failed meanwhile
            self.answer()
        if self._has_failed:
            return False
        sent = "\0".join(mark + text for mark, text in texts).encode()
        try:
            if self._process is None:
                self._process = subprocess.Popen(
                    [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
                )
            _send(self._process.stdin, sent)
        except OSError:
            self.close()
            return False
        self._owes = True
        return True

    def answer(self) -> list[str] | None:
        """What it was asked; None where it gives none."""
        self._owes = False
        try:
            said = _received(self._process.stdout) if self._process else None
        except OSError:
            said = None
        if said is None:
            self.close()
            return None
        return said.decode().split("\n")

    def close(self) -> None:
        """Ends it; it is not begun again."""
        self._has_failed, process = True, self._process
        self._process, self._owes = None, False
        if process is not None:
            process.kill()
            for end in (process.stdin, process.stdout):
                with suppress(OSError):
                    end.close()  # type: ignore[union-attr]  # both are pipes
            process.wait()


def _send(out: Any, said: bytes) -> None:
    out.write(HEAD.pack(len(said)))
    out.write(said)
    out.flush()


def _received(source: Any) -> bytes | None:
    head = source.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    (size,) = HEAD.unpack(head)
    said = source.read(size)
    return said if len(said) == size else None


def main() -> None:
    """Answers what stands in standard input, until it ends."""
    while (asked := _received(sys.stdin.buffer)) is not None:
        found = [grams(text[0], text[1:]) for text in asked.decode().split("\0")]
        _send(sys.stdout.buffer, "\n".join(found).encode())


if __name__ == "__main__":
    main()
