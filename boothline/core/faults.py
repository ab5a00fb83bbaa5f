"""Fault points: named places where a test kills the process. Silent unless the environment names one.

`@operation` makes four of them: `<code>/before`, `<code>/after-body`, `<code>/before-commit`, `<code>/after-commit`.
"""

from __future__ import annotations

import os
import signal

POINTS: set[str] = set()
STEPS = ("before", "after-body", "before-commit", "after-commit")


def declare(name: str) -> None:
    """Makes a point known to `boothline faults`."""
    POINTS.add(name)


def reach(name: str) -> None:
    """Kills this process, and the service it belongs to, when BOOTHLINE_FAULT names this point."""
    if os.environ.get("BOOTHLINE_FAULT") != name:
        return
    main = os.environ.get("BOOTHLINE_MAIN_PID")
    if main:
        os.kill(int(main), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
