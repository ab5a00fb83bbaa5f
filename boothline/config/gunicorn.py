"""How the web server runs: two processes with four threads each; they end with `boothline run`."""

import os

from boothline.config import env
from boothline.config.lifeline import hold_on, main_pid

workers, threads = env.WEB_WORKERS, env.WEB_THREADS
worker_class = "gthread"
preload_app = True
accesslog = None
loglevel = "warning"
timeout = 60
graceful_timeout = 5  # shorter than `boothline run` waits, so that the master ends a worker that hangs
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # in memory, where we may
control_socket_disable = True


def when_ready(server: object) -> None:
    """The master watches `boothline run`."""
    hold_on(main_pid())


def post_fork(server: object, worker: object) -> None:
    """A worker watches the master, also while it hangs."""
    hold_on(os.getppid())
