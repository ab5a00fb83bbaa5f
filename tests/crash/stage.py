"""A process that is ready to serve and dies for it: each command is played by a fork of its own, on the real database.

The parent never opens the database. A fork does what it is told through the whole application (URLs, middleware, pages,
operations, the real settings), and with a fault set it ends by kill -9 in the middle of it, as a web worker would.
Commands come as lines of JSON, and so do answers.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "boothline.config.settings"


class Desk:
    """Django's test client as a browser of the path."""

    def __init__(self, session: str = "") -> None:
        from django.conf import settings
        from django.test import Client

        self.client = Client(SERVER_NAME="localhost")  # a name that the service answers to
        if session:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = session

    def get(self, path: str) -> Any:
        answer = self.client.get(path, follow=True)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return _seen(answer)

    def post(self, path: str, fields: list[tuple[str, str]], files: dict[str, bytes]) -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        data: dict[str, Any] = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        return _seen(self.client.post(path, data | {n: SimpleUploadedFile(f"{n}.png", b, "image/png") for n, b in files.items()}))


class Seen:
    """An answer."""

    def __init__(self, status: int, location: str, body: str) -> None:
        self.status, self.location, self.body = status, location, body


def _seen(answer: Any) -> Seen:
    return Seen(answer.status_code, answer.headers.get("Location", ""), answer.content.decode("utf-8", "replace"))


def census() -> dict[str, int]:
    """How many there are of everything, events by kind; and what one knows of a number that a record holds."""
    from django.apps import apps
    from django.db import connection
    from django.db.models import Count, Sum

    from boothline.contracts.models import ConfirmationRequest
    from boothline.timeline.models import Delivery, Event

    kept = [m._meta for m in apps.get_models() if m._meta.app_label != "sessions"]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{meta.label}', COUNT(*) FROM {meta.db_table}" for meta in kept))
        found = dict(cursor.fetchall())
    found |= {f"event {kind}": n for kind, n in Event.objects.values_list("kind").annotate(n=Count("pk")).order_by()}
    found["deliveries done"] = Delivery.objects.filter(done_at__isnull=False).count()
    found["times opened"] = ConfirmationRequest.objects.aggregate(n=Sum("opened_count"))["n"] or 0
    return found


def faults_of_keeping(life: int | None = None) -> list[str]:
    """Where a kept answer differs from a recount: what every test asks, as words. Of a life: its customer's contracts, orders and money."""
    from boothline.customers.models import Customer
    from tests.recount import recount

    try:
        recount(set(Customer.objects.filter(name=f"第{life}号商行").values_list("pk", flat=True)) if life else None)
    except AssertionError as wrong:
        return [str(wrong)]
    return []


def play(command: dict[str, Any], say: Any) -> None:
    """Plays one command in this fork: press, sweep or look; the fault is set just before what it is for."""
    from boothline.core import faults, tasks
    from tests.crash.path import PIXEL, STEPS

    state = command.get("state", {})
    met: dict[str, Desk] = {}

    def meet(who: str) -> Desk:
        if who not in met:
            met[who] = Desk(state["sessions"].get(who, ""))
            if who == "guest":
                met[who].get(state["link"])
        return met[who]

    reached: list[str] = []
    if command.get("trace"):
        faults.reach = reached.append
    for act in command["acts"]:
        os.environ.pop("BOOTHLINE_FAULT", None)
        kind, fault = act["kind"], act.get("fault", "")
        if kind == "set up":
            say({"sessions": _set_up()})
        elif kind == "look":
            say({"census": census(), "wrong": faults_of_keeping()})
        elif kind == "sweep":
            if act.get("after_crash"):  # time passes until the lease of the dead is over
                from boothline.timeline.models import Delivery

                Delivery.objects.filter(done_at=None).update(taken_until=None)
            os.environ["BOOTHLINE_FAULT"] = fault
            say({"swept": tasks.sweep()})
        else:
            prepare, leads_to = STEPS[act["step"]]
            data = act.get("data") or prepare(meet, state)
            if fault:
                say({"data": data, "state": state, "census": census(), "wrong": faults_of_keeping(state["life"])})
            desk = meet(data["who"])
            os.environ["BOOTHLINE_FAULT"] = fault
            answer = desk.post(data["path"], [tuple(f) for f in data["fields"]], dict.fromkeys(data["files"], PIXEL))
            os.environ.pop("BOOTHLINE_FAULT")
            page = desk.get(answer.location) if answer.status == 302 else answer
            if leads_to:
                state[leads_to] = answer.location
            say({"status": answer.status, "location": answer.location, "state": state, "alarm": 'role="alert"' in page.body})
        if command.get("trace"):
            say({"reached": reached[:]})
            reached.clear()


def _set_up() -> dict[str, str]:
    from django.conf import settings
    from django.test import Client

    from boothline.config.tables import bring_up_to_date
    from tests.world import make_world

    bring_up_to_date()
    sessions = {}
    for name, user in make_world().users.items():
        client = Client()
        client.force_login(user)
        sessions[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return sessions


def warm() -> None:
    """What a worker that has served for a while has loaded, so that a fork does not load it each time."""
    from decimal import Decimal

    import babel.dates
    import holidays
    import PIL.Image
    import typst
    from django.contrib.sessions.backends import db
    from django.db import connection
    from django.template import engines
    from django.test import Client
    from django.urls import reverse
    from django.utils import translation

    from boothline.core.text import sort_key
    from boothline.documents.capitals import in_capitals
    from boothline.negotiation.cues import suggest

    jinja = engines["jinja2"].env
    for name in jinja.loader.list_templates():
        jinja.get_template(name)
    for language in ("zh-hans", "en"):
        with translation.override(language):
            translation.gettext("Save")
            reverse("start")
    sort_key("展客通")
    suggest("太贵，交期太长。 Too expensive, and too late.")
    in_capitals(Decimal(100), "CNY", "zh-hans")
    holidays.country_holidays("CN").is_working_day("2026-01-01")
    Client().get("/nothing-here/")
    assert PIL and babel and typst and db and connection.vendor  # known, not connected
    gc.freeze()


def _speaker(write: int) -> Any:
    pipe = os.fdopen(write, "w", encoding="utf-8")
    return lambda said: print(json.dumps(said), file=pipe, flush=True)


def main() -> None:
    """Reads commands; answers each with what its fork said and how it ended."""
    import django

    django.setup()
    warm()
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(read)
            gc.disable()  # a short life; collecting would copy the parent's memory
            code = 1
            try:
                play(json.loads(line), _speaker(write))
                code = 0
            except BaseException:
                import traceback

                traceback.print_exc()
            finally:
                os._exit(code)
        os.close(write)
        with os.fdopen(read, encoding="utf-8") as pipe:
            said = [json.loads(words) for words in pipe]
        _pid, status = os.waitpid(pid, 0)
        print(json.dumps({"said": said, "end": os.waitstatus_to_exitcode(status)}), file=out, flush=True)


if __name__ == "__main__":
    main()
