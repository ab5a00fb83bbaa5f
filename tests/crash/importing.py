"""An import that is killed again and again, each time by kill -9 at another moment, and then goes on to its end; then two of its customers
are merged and parted, and the whole is undone, each of them killed at some of its statements before.

The parent never opens the database: every try, and every look at what there is, is a fork of its own. It prints one line of JSON: what
was there after each kill, after the clean end, and after the whole was undone.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "boothline.config.settings"
Tell = Callable[[Any], None]


def lines_of(rows: int) -> str:
    """People, three of a company; each of the second half has the name and the number of one of the first."""
    found = ["name,company,phone,email,note"]
    for n in range(rows):
        of = n % (rows // 2)
        found.append(f"Person {of},Firm {n // 3} Ltd,+44 20 7946 {of:06d},p{of}@firm.example,row {n}")
    return "\n".join(found) + "\n"


class Work:
    """What a fork may be told to do."""

    def __init__(self, how: str, file: Path, rows: int) -> None:
        self.how, self.file, self.rows = how, file, rows

    def begin(self, tell: Tell) -> None:
        """Tables, somebody who may import, and on the worker's way a job that waits."""
        from django.core.files.uploadedfile import SimpleUploadedFile

        from boothline.accounts.people import User, add_person
        from boothline.config.tables import bring_up_to_date
        from boothline.core.actors import SYSTEM
        from boothline.exchange.jobs import Import, hand_in, run_due, start

        bring_up_to_date()
        heyuan = add_person(by=SYSTEM, username="heyuan", name="何源", roles=["manager"])
        if self.how == "worker":
            by = User.objects.with_roles().get(pk=heyuan.pk).actor()
            job = hand_in([SimpleUploadedFile("list.csv", self.file.read_bytes())], by=by)
            run_due()
            start(Import.objects.get(pk=job.pk), by=by)

    def bring(self, tell: Tell) -> None:
        """Imports, telling how far it is."""
        from boothline.core.actors import SYSTEM
        from boothline.exchange import jobs

        if self.how == "command":
            jobs.import_at_once([self.file], by=SYSTEM, progress=lambda seen, rows: tell(seen))
            return
        beat = jobs._beat

        def told(job: Any, seen: int, rows: int) -> None:
            beat(job, seen, rows)
            tell(seen)

        jobs._beat = told
        jobs.Import.objects.update(taken_until=None, tries=0)  # time passes, until the lease of the dead is over
        jobs.run_due()

    def look(self, tell: Tell) -> None:
        """How many there are of everything, and what does not fit."""
        from django.db.models import Count

        from boothline.customers.models import Contact, ContactPoint, Customer
        from boothline.exchange.footprints import trail_of
        from boothline.exchange.models import Footprint, Import
        from boothline.search.models import Entry
        from boothline.timeline.models import Event

        trail = trail_of(Footprint.objects.order_by("pk"))
        twice = Customer.objects.values("folded").annotate(n=Count("pk")).filter(n__gt=1).count()
        tell(
            {
                "contacts": Contact.objects.count(), "customers": Customer.objects.count(), "twice": twice,
                "points": ContactPoint.objects.count(), "told": Event.objects.filter(kind="customers.contact_added").count(),
                "found": Entry.objects.filter(kind="contact", part="open").count(), "noted": len(trail.made.get(Contact, ())),
                "states": sorted(Import.objects.values_list("state", flat=True)),
            }
        )  # fmt: skip

    def sums(self, tell: Tell) -> None:
        """The hash of every table."""
        from tests.checksum import checksum

        tell(checksum())

    def merge(self, tell: Tell) -> None:
        """The second customer goes into the first."""
        from boothline.core.actors import SYSTEM
        from boothline.customers.merging import merge
        from boothline.customers.models import Customer

        first, second = Customer.objects.order_by("pk")[:2]
        merge(first, by=SYSTEM, goes=second)

    def part(self, tell: Tell) -> None:
        """They are two again."""
        from boothline.core.actors import SYSTEM
        from boothline.customers.merging import unmerge
        from boothline.customers.models import Merge

        unmerge(Merge.objects.standing().get(), by=SYSTEM)

    def undo(self, tell: Tell) -> None:
        """Takes all of it back."""
        from boothline.core.actors import SYSTEM
        from boothline.exchange.models import Import
        from boothline.exchange.undo import undo_import

        for job in Import.objects.order_by("-pk"):
            undo_import(job, by=SYSTEM)


def fork(work: Callable[[Tell], None], *, until: int = -1, wait: float = 0.0) -> tuple[list[Any], bool]:
    """Does it in a process of its own, which is killed a moment after it told that it is so far; what it told, and whether it ended."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        with os.fdopen(write, "w") as out:
            work(lambda said: print(json.dumps(said), file=out, flush=True))
        os._exit(0)
    os.close(write)
    said: list[Any] = []
    with os.fdopen(read) as lines:
        if until == 0:
            time.sleep(wait)
            os.kill(pid, signal.SIGKILL)
        for line in lines:
            said.append(json.loads(line))
            if until > 0 and said[-1] >= until:
                time.sleep(wait)
                os.kill(pid, signal.SIGKILL)
                until = -1
    _pid, status = os.waitpid(pid, 0)
    return said, os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0


def dying(work: Callable[[Tell], None], at: int = 0) -> Callable[[Tell], None]:
    """The same, killed just before its so-manieth statement; without one, it tells how many there are, and nothing of it stays."""

    def play(tell: Tell) -> None:
        from django.db import connection, transaction

        done = 0

        def watch(execute: Any, sql: str, *more: Any) -> Any:
            nonlocal done
            done += "SAVEPOINT" not in sql  # of which there are more within a transaction
            if done == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, *more)

        with connection.execute_wrapper(watch):
            if at:
                work(tell)
                return
            with transaction.atomic():
                work(tell)
                transaction.set_rollback(True)
        tell(done)

    return play


def torn(work: Work, what: str, moments: int) -> dict[str, Any]:
    """Kills it at so many of its statements, then lets it come through: the tables of which a killed one left anything."""
    act = getattr(work, what)
    before, [statements] = fork(work.sums)[0][0], fork(dying(act))[0]
    alive, left = 0, set()
    for n in range(moments):
        alive += fork(dying(act, 1 + (statements - 1) * n // max(moments - 1, 1)))[1]
        left |= {label for label, hash_ in fork(work.sums)[0][0].items() if hash_ != before[label]}
    return {"alive": alive, "left": sorted(left), "ended": fork(act)[1]}


def main() -> None:
    """Kills, looks, goes on; then to the end, and back."""
    how, rows, moments, few = sys.argv[1], *map(int, sys.argv[2:5])
    import django

    django.setup()
    rng, file = random.Random(f"{how} {rows}"), Path(os.environ["BOOTHLINE_HOME"]) / "list.csv"
    file.write_text(lines_of(rows))
    work = Work(how, file, rows)
    assert fork(work.begin)[1]
    seen = []
    for n in range(moments):
        _said, ended = fork(work.bring, until=rows * n // moments, wait=rng.uniform(0, 0.2))
        seen.append({"ended": ended} | fork(work.look)[0][0])
    whole = fork(work.bring)[1]
    at_the_end = {"ended": whole} | fork(work.look)[0][0]
    acts = {what: torn(work, what, few) for what in ("merge", "part", "undo")}
    sys.stdout.write(json.dumps({"killed": seen, "end": at_the_end, "acts": acts, "back": fork(work.look)[0][0]}) + "\n")


if __name__ == "__main__":
    main()
