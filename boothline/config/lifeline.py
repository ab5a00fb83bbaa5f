"""What ties web, worker and doorstep to `boothline run`: they end when it does, however that comes."""

from __future__ import annotations

import os
import signal
import threading
import time

MAIN_PID = "BOOTHLINE_MAIN_PID"


def hold_on(parent: int) -> None:
    """Ends this process as soon as its parent is gone, however that ended, and even if this one hangs. 0: it has none."""
    if not parent:
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="lifeline").start()


def main_pid() -> int:
    """The process of `boothline run` that this one belongs to; 0 for one that was started alone."""
    return int(os.environ.get(MAIN_PID, "0"))
