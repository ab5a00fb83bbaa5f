"""`make bench-pages`: how a page grows with what is stored: the first byte of the customer list, of searches and of a
customer's page at 100 and at 10,000 customers.

Two services with the real settings on SQLite, each with a data folder of its own, filled through the batch door; a
salesperson who owns 100 customers in both and an administrator who sees all of them ask in turn, pages and sizes
alternating within each round. Lower quartiles are compared, since whatever else the machine does only adds. Prints one
line of JSON; ends with 1 when a page's ratio is above the limit.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
SIZES, ROUNDS, LIMIT = (100, 10_000), 41, 1.3
OWNED = 100  # pages alike in both: the salesperson who asks owns as many customers here as there
PAGES = {  # what is asked; names and numbers of a customer that stands in both
    "list": "/customers/",
    "list_all": "/customers/",
    "search_name": "/customers/?q=" + quote("顾庆"),
    "search_pinyin": "/customers/?q=guqingchen",
    "search_phone": "/customers/?q=55501762",
    "find": "/find/?q=" + quote("顾庆"),
    "customer": "/customers/{customer}/",
}
WIDE = ("list_all",)  # asked by somebody who sees everything


def fill(n: int) -> None:
    """A database of this process's environment with n customers; prints what the requests need."""
    import django

    django.setup()
    from boothline.config.tables import bring_up_to_date

    bring_up_to_date()
    sys.path.insert(0, str(ROOT / "bench"))
    from batch import _people, _taken

    from boothline.accounts.people import Team, add_person
    from boothline.core.actors import SYSTEM
    from boothline.customers.card import Person
    from boothline.visitors.solicitation import Taken, take, take_many

    by, fair, products = _people()
    rng = random.Random(5)
    other = add_person(by=SYSTEM, username="kevin", name="陈凯", roles=["sales"], password="bench-only", team=Team.objects.get())
    admin = add_person(by=SYSTEM, username="admin", name="管理员", roles=["admin"], password="bench-only")
    person = Person(name="顾庆晨", company="光速贸易有限公司", phones=["+49 40 5550 1762"], emails=["gu@guangsu.example"])
    known = take(Taken(person=person, heat=3, promised=["quote"], consents=["follow_up"]), by=by, fair=fair)
    take_many([_taken(rng, products) for _ in range(OWNED - 1)], by=by, fair=fair)
    others = type(other).objects.with_roles().get(pk=other.pk).actor()
    left = n - OWNED
    while left > 0:
        take_many([_taken(rng, products) for _ in range(min(left, 1000))], by=others, fair=fair)
        left -= 1000
    print(json.dumps({"customer": known.customer_id, "mei": _session(by.id), "admin": _session(admin.pk)}))


def _session(user_id: int | None) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from boothline.accounts.people import User

    user = User.objects.get(pk=user_id)
    store = SessionStore()
    store.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
    )
    store.create()
    return str(store.session_key)


def _environment(home: str, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("BOOTHLINE_") and k not in ("DATABASE_URL", "HOST", "PORT", "BASE_URL")}
    return kept | {"BOOTHLINE_HOME": home, "DJANGO_SETTINGS_MODULE": "boothline.config.settings", "PYTHONPATH": str(ROOT)} | more


@contextlib.contextmanager
def service(n: int) -> Iterator[dict[str, Any]]:
    """A running service with n customers."""
    with tempfile.TemporaryDirectory(prefix="boothline-bench-") as home, contextlib.ExitStack() as ending:
        made = subprocess.run([sys.executable, __file__, "--fill", str(n)], env=_environment(home), stdout=subprocess.PIPE, check=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "boothline.config.cli", "run"]
        env = _environment(home, PORT=str(port), HOST="127.0.0.1")
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
        ending.callback(process.wait, 20)
        ending.callback(process.send_signal, signal.SIGINT)
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 0.5).close()
                break
            time.sleep(0.1)
        yield json.loads(made.stdout) | {"port": port}


def first_byte(server: dict[str, Any], page: str) -> float:
    """Milliseconds from the question to the first byte of its answer."""
    session = server["admin" if page in WIDE else "mei"]
    connection = http.client.HTTPConnection("127.0.0.1", server["port"], timeout=30)
    connection.connect()
    start = time.perf_counter()
    connection.request("GET", PAGES[page].format(**server), headers={"Cookie": f"session={session}", "Accept-Language": "zh-CN"})
    answer = connection.getresponse()
    took = time.perf_counter() - start
    body = answer.read().decode()
    connection.close()
    assert answer.status == 200 and ("光速贸易" in body or page.startswith("list")), (page, answer.status)
    return took * 1000


def main() -> int:
    """Both sizes, one line."""
    if "--fill" in sys.argv:
        fill(int(sys.argv[-1]))
        return 0
    took: dict[tuple[int, str], list[float]] = {(n, page): [] for n in SIZES for page in PAGES}
    with contextlib.ExitStack() as running:
        servers = {n: running.enter_context(service(n)) for n in SIZES}
        for turn in range(ROUNDS + 4):
            for page in PAGES:
                for n in SIZES if turn % 2 else SIZES[::-1]:
                    spent = first_byte(servers[n], page)
                    if turn >= 4:  # the first rounds warm up every worker
                        took[n, page].append(spent)
    middle = {key: statistics.quantiles(times, n=4)[0] for key, times in took.items()}
    few, many = SIZES
    line: dict[str, Any] = {f"ratio_{page}": round(middle[many, page] / middle[few, page], 3) for page in PAGES}
    line |= {f"{page}_ms_{n}": round(middle[n, page], 1) for page in PAGES for n in SIZES}
    print(json.dumps(line | {"rounds": ROUNDS, "limit": LIMIT}))
    return int(any(line[f"ratio_{page}"] > LIMIT for page in PAGES))


if __name__ == "__main__":
    sys.exit(main())
