"""The whole service, `boothline run` with real sockets: killed in the middle of a request or of the worker's round.

No process is left behind, the next start takes up where the dead one stopped, and the same form pressed again is answered.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.crash.conftest import ROOT, Mailbox, environment, free_port
from tests.crash.path import PIXEL, STEPS

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux has /proc, by which the processes left behind are counted"),
    pytest.mark.once,  # what the database does at a fault point is asked by test_fault_points.py
]
GONE_WITHIN = 8  # seconds


def children(pid: int) -> list[int]:
    """A process and everything below it."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            parents.setdefault(int(parent), []).append(int(stat.parent.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pids: list[int]) -> float:
    """Waits until all of them have ended; returns how long it took."""
    start = time.monotonic()
    while left := [pid for pid in pids if is_alive(pid)]:
        names = {pid: Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")[-80:] for pid in left if is_alive(pid)}
        assert time.monotonic() - start < GONE_WITHIN, f"left behind: {names}"
        time.sleep(0.05)
    return time.monotonic() - start


class Service:
    """`boothline run` on a port of its own."""

    def __init__(self, home: Path, database: str, **env: str) -> None:
        self.home, self.port = home, free_port()
        self.env = environment(home, database, HOST="127.0.0.1", PORT=str(self.port), **env)
        self.process: Any = None

    def start(self, fault: str = "", *options: str) -> list[int]:
        """Starts it and waits for its first answer; returns its processes."""
        log = (self.home / "service.log").open("ab")
        command = [sys.executable, "-m", "boothline.config.cli", "run", *options]
        env = self.env | {"BOOTHLINE_FAULT": fault}
        self.process = subprocess.Popen(command, env=env, stdout=log, stderr=log, cwd=ROOT, start_new_session=True)
        until = time.monotonic() + 60
        while not self.answers():
            assert self.process.poll() is None and time.monotonic() < until, self.log()
            time.sleep(0.05)
        while len(found := children(self.process.pid)) < 5:  # main, master, two workers, the worker of tasks
            assert self.process.poll() is None and time.monotonic() < until, self.log()
            time.sleep(0.05)
        return found

    def answers(self) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/sign-in/")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False

    def log(self) -> str:
        return (self.home / "service.log").read_text()[-4000:]

    def end(self, how: signal.Signals = signal.SIGINT) -> float:
        """Ends the main process; returns how long all of it took to go."""
        pids = children(self.process.pid)
        if how == signal.SIGINT:
            os.killpg(self.process.pid, how)  # Ctrl-C reaches everything that runs in the terminal
        else:
            self.process.send_signal(how)
        self.process.wait(15)
        return gone(pids)


class Seen:
    """An answer."""

    def __init__(self, status: int, location: str, body: str) -> None:
        self.status, self.location, self.body = status, location, body


class Window:
    """A browser window with its own cookies, over real sockets."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> Seen:
        connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=20)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        connection.request(method, path, body or None, headers | ({"Content-Type": kind} if kind else {}))
        answer = connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _eq, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        return Seen(answer.status, answer.getheader("Location") or "", answer.read().decode("utf-8", "replace"))

    def get(self, path: str) -> Seen:
        seen = self.ask("GET", path)
        while seen.status == 302:
            seen = self.ask("GET", urlsplit(seen.location)._replace(scheme="", netloc="").geturl())
        assert seen.status == 200, f"{path}: {seen.status}"
        return seen

    def post(self, path: str, fields: list[tuple[str, str]], files: dict[str, bytes]) -> Seen:
        parts = [f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in fields]
        for name, content in files.items():
            head = f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.png"\r\nContent-Type: image/png\r\n\r\n'
            parts.append(head.encode() + content + b"\r\n")
        return self.ask("POST", path, b"".join(parts) + b"--x--\r\n", "multipart/form-data; boundary=x")

    def sign_in(self, name: str) -> None:
        page = self.get("/sign-in/").body
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        fields = [("csrfmiddlewaretoken", token[1]), ("login", name), ("password", "boothline-demo")]
        assert self.post("/sign-in/", fields, {}).status == 302


CRASHES = {  # step of the path: where the service dies when it is pressed
    "capture": "visitors.take/before-commit",
    "brief": "negotiation.brief/after-commit",
    "send": "messaging.mark_sent/before-commit",  # the worker dies: the letter has left, and nobody noted it
    "confirm": "orders.open/after-body",
}


class Walk:
    """One customer's way through a service, each person in a window of their own."""

    def __init__(self, service: Service, mailbox: Mailbox, life: int) -> None:
        self.service, self.mailbox = service, mailbox
        self.address = f"z{life}@firm.example"
        self.windows: dict[str, Window] = {}
        self.state: dict[str, Any] = {"life": life}

    def meet(self, who: str) -> Window:
        if who not in self.windows:
            self.windows[who] = Window(self.service)
            if who == "guest":
                self.windows[who].get(self.state["link"])
            else:
                self.windows[who].sign_in(who)
        return self.windows[who]

    def letters(self) -> list[tuple[str, str, list[str]]]:
        return [t for t in self.mailbox.took if t[1] == self.address]

    def prepare(self, step: str) -> dict[str, Any]:
        if step == "open":
            wait_for(self.letters)
            self.state["link"] = self.letters()[0][2][0]
        return STEPS[step][0](self.meet, self.state)

    def press(self, step: str, data: dict[str, Any]) -> None:
        answer = self.send(data)
        assert answer.status == 302, f"{step}: {answer.status}\n{self.service.log()}"
        if STEPS[step][1]:
            self.state[STEPS[step][1]] = answer.location

    def send(self, data: dict[str, Any]) -> Seen:
        return self.meet(data["who"]).post(data["path"], data["fields"], dict.fromkeys(data["files"], PIXEL))


PATH = [step for step in STEPS if step not in ("object", "touch", "answer", "decline")]


@pytest.mark.by_turns("first")  # that no process is left; what the database keeps of it is asked of both beside this
def test_killed_at_a_fault_point_nothing_is_left_lost_or_doubled(tmp_path: Path, mailbox: Mailbox):
    more = {"SMTP_URL": mailbox.url, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}  # type: ignore[attr-defined]
    service = Service(tmp_path, "crash_service", **more)

    # from nothing, with the demo; papers are printed by what made one before
    service.start("", "--demo")
    walk = Walk(service, mailbox, 6)
    for step in PATH[: PATH.index("open") + 1]:
        walk.press(step, walk.prepare(step))
    assert service.end() < GONE_WITHIN and service.process.returncode == 0

    walk = Walk(service, mailbox, 7)
    armed = list(CRASHES)
    pids = service.start(CRASHES[armed[0]])
    slowest = 0.0
    for step in PATH:
        data = walk.prepare(step)
        if step not in CRASHES:
            walk.press(step, data)
            continue
        in_worker = CRASHES[step].startswith("messaging.")
        if in_worker:
            walk.press(step, data)
        else:
            with pytest.raises((OSError, http.client.HTTPException)):
                walk.send(data)
        assert service.process.wait(10) == -signal.SIGKILL, f"{CRASHES[step]} did not strike"
        slowest = max(slowest, gone(pids))
        armed.pop(0)
        pids = service.start(CRASHES[armed[0]] if armed else "")
        if in_worker:
            figures(service, AGE)
        walk.press(step, data)
    counted = figures(service, WAIT)
    assert counted == {"captures": 1, "briefings": 1, "contracts": 1, "confirmations": 1, "orders": 1, "shipments": 1, "unsettled": 0}
    assert len(walk.letters()) <= 2 and len({ident for ident, _to, _links in walk.letters()}) == 1
    assert slowest < GONE_WITHIN

    # however the main process ends, nothing of it is left, and the next one starts
    for how in (signal.SIGKILL, signal.SIGTERM):
        assert service.end(how) < GONE_WITHIN
        assert service.process.returncode == (-how if how == signal.SIGKILL else 0)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", service.port))
        if how != signal.SIGTERM:
            service.start()
    assert "Traceback" not in service.log() and "Abort" not in service.log()
    assert not list(tmp_path.rglob("*.ctl")), "no control socket"


AGE = "from boothline.timeline.models import Delivery; Delivery.objects.update(taken_until=None)\n"  # time passes
WAIT = """
import time
from boothline.timeline import delivery
until = time.monotonic() + 60  # a lease of the dead ends by itself
while delivery.waiting().exists():
    assert time.monotonic() < until, list(delivery.waiting())
    time.sleep(0.2)
"""


def figures(service: Service, first: str = "") -> dict[str, int]:
    """How many there are about the one customer, counted by a process of its own."""
    code = (
        f"import django, json; django.setup()\n{first}"
        "from boothline.customers.models import Customer\n"
        "from boothline.customers.ladder import unsettled\n"
        "from boothline.visitors.models import Capture\nfrom boothline.negotiation.models import Briefing\n"
        "from boothline.contracts.models import Contract, Confirmation\nfrom boothline.orders.models import Order, Shipment\n"
        "c = Customer.objects.get(name='第7号商行')\n"
        "print(json.dumps(dict(captures=Capture.objects.filter(customer=c).count(), briefings=Briefing.objects.filter(customer=c).count(),"
        "contracts=Contract.objects.filter(customer=c).count(), confirmations=Confirmation.objects.filter(version__contract__customer=c).count(),"
        "orders=Order.objects.filter(customer=c).count(), shipments=Shipment.objects.filter(order__customer=c).count(),"
        "unsettled=unsettled().count())))"
    )
    env = service.env | {"DJANGO_SETTINGS_MODULE": "boothline.config.settings"}
    return json.loads(subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, check=True).stdout)


def wait_for(there: Any, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.2)
