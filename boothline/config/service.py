"""`boothline run`: web and worker side by side, from nothing to an address; both end when this process does."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

Say = Callable[[str], None]
SWEEP_SECONDS = 3
DAILY_SECONDS = 900


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the next one that nobody listens on."""
    for port in range(wanted, wanted + 200):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise SystemExit(f"No free port from {wanted} to {wanted + 199}. Set PORT to another number.")


def hold_on(parent: int) -> None:
    """Ends this process as soon as its parent is gone, however the parent ended."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="lifeline").start()


def serve(host: str, port: int, say: Say, ready: Callable[[], None]) -> int:
    """Starts web and worker, says when the web answers, and ends both on Ctrl-C or when the web ends."""
    os.environ["BOOTHLINE_MAIN_PID"] = str(os.getpid())
    here = Path(__file__).parent
    web_command = [
        sys.executable, "-m", "gunicorn", "boothline.config.wsgi:application", "--config", str(here / "gunicorn.py"),
        "--bind", f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
    ]  # fmt: skip
    worker_command = [sys.executable, "-m", "boothline.config.cli", "worker"]
    web = subprocess.Popen(web_command)
    worker = subprocess.Popen(worker_command)
    stopping = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopping.set())
    told = False
    while not stopping.is_set() and web.poll() is None:
        if not told and _answers(host, port):
            told = True
            ready()
        if worker.poll() is not None and not stopping.is_set():
            say("The worker ended; starting it again.")
            worker = subprocess.Popen(worker_command)
        stopping.wait(0.2 if not told else 1)
    say("Stopping.")
    for process in (web, worker):
        if process.poll() is None:
            process.terminate()
    for process in (web, worker):
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
    return 0 if stopping.is_set() else 1


def work() -> None:
    """The worker: answers the bell, sweeps what a crash left, and runs the daily task; until the parent ends."""
    from boothline.core import tasks

    hold_on(os.getppid())
    consumer = tasks.bell.create_consumer(workers=1, periodic=False, initial_delay=0.1, max_delay=1.0)
    threading.Thread(target=_sweep_for_ever, daemon=True, name="sweep").start()
    consumer.run()


def _sweep_for_ever() -> None:
    import logging

    from django.db import close_old_connections

    from boothline.core import tasks

    last_daily = 0.0
    while True:
        try:
            tasks.sweep()
            if time.monotonic() - last_daily > DAILY_SECONDS:
                tasks.run_daily()
                last_daily = time.monotonic()
        except Exception:  # the next round tries again; the rows are kept
            logging.getLogger(__name__).exception("the sweep failed")
        finally:
            close_old_connections()
        time.sleep(SWEEP_SECONDS)


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1" if host in ("0.0.0.0", "") else host, port), timeout=0.5):
            return True
    except OSError:
        return False
