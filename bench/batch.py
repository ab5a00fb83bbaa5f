"""`make bench-batch`: what the batch door is worth. 100 captures as one batch against 100 captures one by one.

Both through the same operation with the real settings: look for who is alike, customer, contact, ways to reach them, consents,
products of interest, history, next step, type; durable commits; a thousand customers are there already. Rounds of both kinds
alternate in one process, medians are compared. Prints one line of JSON; ends with 1 when a ratio is above the limit.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SIZE, ROUNDS, LIMIT = 100, 9, 0.25
SURNAMES, GIVEN = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗", "伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂英华玉兰"
TOWNS, TRADES = ("中山", "德州", "厦门", "苏州", "深圳", "宁波", "佛山", "青岛"), ("灯饰", "照明", "工程", "贸易", "酒店用品", "电器")


def measure() -> dict[str, float]:
    """On the database of this process's environment: seconds of both ways, and their ratio."""
    import django

    django.setup()
    from django.db import connection

    from boothline.config.tables import bring_up_to_date
    from boothline.visitors.solicitation import take, take_many

    bring_up_to_date()
    with connection.cursor() as cursor:  # a commit that may be lost would make the single captures cheap
        cursor.execute("PRAGMA synchronous" if connection.vendor == "sqlite" else "SHOW synchronous_commit")
        durable = cursor.fetchone()[0]
    assert durable in (2, "on"), f"commits are not durable: {durable}"

    by, fair, products = _people()
    rng = random.Random(20)
    take_many([_taken(rng, products) for _ in range(1000)], by=by, fair=fair)
    single: list[float] = []
    batch: list[float] = []
    for n in range(ROUNDS + 1):
        for way in (single, batch) if n % 2 else (batch, single):
            rows = [_taken(rng, products) for _ in range(SIZE)]
            start = time.perf_counter()
            if way is batch:
                stored = len(take_many(rows, by=by, fair=fair).created)
            else:
                stored = sum(1 for row in rows if take(row, by=by, fair=fair).pk)
            seconds = time.perf_counter() - start
            assert stored == SIZE
            if n:  # the first round warms up
                way.append(seconds)
    one, many = statistics.median(single), statistics.median(batch)
    return {"ratio": round(many / one, 4), "single_ms": round(one * 1000, 1), "batch_ms": round(many * 1000, 1)}


def _people() -> tuple:
    from decimal import Decimal

    from boothline.accounts.people import Team, User, add_person
    from boothline.catalogue.products import add_product
    from boothline.core import clock
    from boothline.core.actors import SYSTEM
    from boothline.fairs.editions import add_fair

    team = Team.objects.create(name="业务一组")
    mei = add_person(by=SYSTEM, username="mei", name="林梅", roles=["sales"], password="bench-only", team=team)
    fair = add_fair(by=SYSTEM, code="JN", name="江南照明展", starts_on=clock.today(), ends_on=clock.today(), lead=mei)
    products = [
        add_product(by=SYSTEM, code=f"P{i}", name=f"灯 {i}", variants=[{"sku": f"P{i}-1", "price": Decimal("68.50")}]).pk for i in range(12)
    ]
    return User.objects.with_roles().get(pk=mei.pk).actor(), fair, products


def _taken(rng: random.Random, products: list[int]):
    from boothline.customers.card import Person
    from boothline.visitors.solicitation import Taken

    name = rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=2))
    number = rng.randrange(10**8)
    reach = {"phones": [f"13{number:09d}"], "emails": [f"buyer{number}@firm{number % 977}.example"]}
    wants = {"interest": rng.sample(products, rng.randint(0, 3)), "promised": ["catalogue", "quote"][: rng.randint(0, 2)]}
    person = Person(
        name=name, company=f"{rng.choice(TOWNS)}{''.join(rng.choices(GIVEN, k=2))}{rng.choice(TRADES)}有限公司{number % 10_000}",
        title=rng.choice(("采购经理", "总经理", "工程师")), **reach,
    )  # fmt: skip
    return Taken(person=person, heat=rng.randint(1, 4), consents=["follow_up"], note="对轨道射灯感兴趣，要样品。", **wants)


def run(address: str) -> dict[str, float]:
    """Measures in a process of its own with a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="boothline-bench-") as home:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("BOOTHLINE_")}
        more = {
            "BOOTHLINE_HOME": home,
            "DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "boothline.config.settings",
            "PYTHONPATH": str(ROOT),
        }
        done = subprocess.run([sys.executable, __file__, "--one"], env=kept | more, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def main() -> int:
    """Both databases, one line."""
    if "--one" in sys.argv:
        print(json.dumps(measure()))
        return 0
    sys.path.insert(0, str(ROOT / "tools"))
    import postgres

    found = {"sqlite": run("")}
    with postgres.server() as address:
        found["postgresql"] = run(address.replace("postgresql://", "postgres://"))
    line = {f"ratio_{name}": figures["ratio"] for name, figures in found.items()}
    line |= {f"{what}_{name}": figures[what] for name, figures in found.items() for what in ("single_ms", "batch_ms")}
    print(json.dumps(line | {"captures": SIZE, "rounds": ROUNDS, "limit": LIMIT}))
    return int(any(figures["ratio"] > LIMIT for figures in found.values()))


if __name__ == "__main__":
    sys.exit(main())
