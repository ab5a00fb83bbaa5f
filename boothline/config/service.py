"""`boothline run`: web and worker side by side, from nothing to an address; both end when this process does."""

from __future__ import annotations

import errno
import fcntl
import gc
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import IO

from boothline.config import env
from boothline.config.lifeline import MAIN_PID, hold_on, main_pid
from boothline.config.terminal import worded as _
from boothline.core.errors import Misconfigured
from boothline.core.machine import addresses

Say = Callable[..., None]  # a message and its values, in the language of the terminal
ENDS = (signal.SIGINT, signal.SIGTERM)
SWEEP_SECONDS = 3
DAILY_SECONDS = 900
RENEW_SECONDS = 20


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the next one that nobody listens on."""
    last = min(wanted + 199, 65535)
    for port in range(wanted, last + 1):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    continue
                if error.errno == errno.EACCES and port < 1024:
                    raise Misconfigured(
                        _("Ports below 1024 are for root alone; PORT=%(port)s is one. Set PORT=8000, or any from 1024 on.", port=port)
                    ) from error
                why = (error.strerror or str(error)).lower()
                words = _("Boothline cannot listen on HOST=%(host)s, PORT=%(port)s: %(why)s.", host=host, port=port, why=why)
                raise Misconfigured(words) from error
            return port
    raise Misconfigured(_("No free port from %(first)s to %(last)s. Set PORT to another number.", first=wanted, last=last))


def serve(host: str, port: int, speak: Say, ready: Callable[[], None], plain: int = 0) -> int:
    """Starts web and worker (and the doorstep on the port `plain`), says when the web answers, and ends all on Ctrl-C or when the
    web ends."""
    os.environ[MAIN_PID] = str(os.getpid())
    stopping = threading.Event()
    for ending in ENDS:
        signal.signal(ending, lambda *_: stopping.set())
    _let_go()
    web = _apart("web", lambda: web_server(host, port))
    others = {"worker": work} | ({"doorstep": lambda: _doorstep(host, plain)} if plain else {})
    running = {name: _apart(name, job) for name, job in others.items()}
    told, looked, held = False, time.monotonic(), None
    while not stopping.is_set() and web.is_alive():
        if not told and _answers(host, port):
            told = True
            held = hold_address()
            ready()
            _let_go()
        for name, process in running.items():
            if not process.is_alive() and not stopping.is_set():
                speak("The %(part)s ended; starting it again.", part=name)
                running[name] = _apart(name, others[name])
        if env.TLS and time.monotonic() - looked > RENEW_SECONDS:
            looked = time.monotonic()
            _renew(speak)
        stopping.wait(0.1 if not told else 1)
    speak("Stopping.")
    everyone = [web, *running.values()]
    for process in everyone:
        process.terminate()
    for process in everyone:
        process.join(10)
        process.kill()
    if held:
        held.close()
    return 0 if stopping.is_set() else 1


def hold_address() -> IO[str]:
    """The address where the web answers, locked for as long as this process lives; `boothline doctor` asks for it."""
    held = (env.BOOTHLINE_HOME / "address.lock").open("w")
    held.write(env.BASE_URL)
    held.flush()
    with suppress(BlockingIOError):  # a second service runs on the same data folder
        fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
    return held


def running_address() -> str:
    """Where a service of this data folder answers now; empty if none runs."""
    held = env.BOOTHLINE_HOME / "address.lock"
    if not held.exists():
        return ""
    with held.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return lock.read()
    return ""


def _doorstep(host: str, port: int) -> None:
    from boothline.config import doorstep

    doorstep.keep(host, port)


def _renew(speak: Say) -> None:
    """Another network, another address: the certificate follows; the web reads it with the next connection."""
    from boothline.config import tls

    try:
        if tls.prepare():
            speak("The certificate now holds %(what)s. Phones that trust it have nothing to do.", what=", ".join(addresses()))
    except Misconfigured as why:
        speak("%(why)s", why=why)


def _let_go() -> None:
    """Closes what must not be carried into a process of its own: connections to databases."""
    from django.db import connections

    from boothline.core import tasks

    connections.close_all()
    for connection in connections.all(initialized_only=True):
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined]
    tasks.bell.storage.close()
    gc.freeze()  # what is loaded stays shared


def aside(name: str, work: Callable[[], None]) -> bool:
    """Does something in a process of its own and waits for it; whether it ended well.

    This process is the pattern of web and worker. What starts threads (the printing of papers does) must not run in it:
    a copy would wait for threads that were not copied.
    """
    _let_go()
    process = _apart(name, work)
    process.join()
    return process.exitcode == 0


def _apart(name: str, work: Callable[[], None]) -> BaseProcess:
    """Starts a process that has loaded everything already: it begins as a copy of this one."""

    def begin() -> None:
        os.setpgid(0, 0)  # Ctrl-C in the terminal is for the main process, which ends the others in order
        for ending in ENDS:
            signal.signal(ending, signal.SIG_DFL)
        work()

    process = multiprocessing.get_context("fork").Process(target=begin, name=name)
    process.start()
    return process


def web_server(host: str, port: int) -> None:
    """gunicorn, in this process, by our settings of it."""
    from gunicorn.app.wsgiapp import WSGIApplication

    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    settings = str(Path(__file__).with_name("gunicorn.py"))
    sys.argv = ["gunicorn", "boothline.config.wsgi:application", "--config", settings, "--bind", bind]
    if env.TLS:
        from boothline.config import tls

        sys.argv += ["--certfile", str(tls.SERVER)]
    WSGIApplication("%(prog)s [OPTIONS]").run()


def work() -> None:
    """The worker: answers the bell, sweeps what a crash left, and runs the daily task; until the parent ends."""
    from boothline.core import tasks

    hold_on(main_pid())
    _alive = heartbeat()
    consumer = tasks.bell.create_consumer(workers=1, periodic=False, initial_delay=0.1, max_delay=1.0)
    threading.Thread(target=_sweep_for_ever, daemon=True, name="sweep").start()
    consumer.run()


def heartbeat() -> IO[str]:
    """A lock that the worker holds for as long as it lives, however it ends; `boothline doctor` asks for it."""
    held = (env.BOOTHLINE_HOME / "worker.lock").open("w")
    with suppress(BlockingIOError):  # a second worker is alive as well
        fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
    return held


def _sweep_for_ever() -> None:
    import logging

    from django.db import close_old_connections

    from boothline.core import tasks

    last_daily: float = -DAILY_SECONDS  # the first round does it, however long the machine has been up
    while True:
        try:
            tasks.sweep()
            os.utime(env.BOOTHLINE_HOME / "worker.lock")
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
