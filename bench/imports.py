"""`make bench-import`: 100,000 people from one workbook, read, checked, matched against what is there, stored with their history and found
again; and the same workbook by the least that could be called an import, in the same run.

The least (the floor): read the cells, clean the fields, look phone numbers up once, and store one row, one line of history and its grams a
person, 2,000 at once, through the same library. Ours is the command's own way with the real settings, batch by batch as it can be undone.
Memory is what the process and those it starts hold together at any moment. Prints one line of JSON; ends with 1 over a limit.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ROWS, SECONDS, MEMORY, LIMIT = int(os.environ.get("ROWS", "100000")), 60, 350, 0.25
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华玉萍红鹏辉建国文斌宇浩凯健俊帆雪琳晨旭东梅鑫波宁瑞嘉怡欣然子轩"
TOWNS = (
    "广州",
    "深圳",
    "佛山",
    "东莞",
    "中山",
    "上海",
    "杭州",
    "宁波",
    "义乌",
    "苏州",
    "南京",
    "北京",
    "天津",
    "青岛",
    "厦门",
    "泉州",
    "成都",
)
TRADES = (
    "家具",
    "五金",
    "照明",
    "陶瓷",
    "电子",
    "机电",
    "纺织",
    "服装",
    "玩具",
    "礼品",
    "建材",
    "包装",
    "医疗器械",
    "塑胶",
    "户外用品",
    "厨具",
)
BRANDS = "恒盛永兴隆泰和顺华美达通佳宝利金鑫瑞丰源康安宏远博创天成正大信诚"
HEADINGS = ("姓名", "公司名称", "手机", "邮箱", "微信", "地址", "职务", "备注")


def rows() -> list[tuple[str, ...]]:
    """The people."""
    rng = random.Random(20260401)
    found = []
    for n in range(ROWS):
        town, trade, number = rng.choice(TOWNS), rng.choice(TRADES), f"13{rng.randrange(10**9):09d}"
        name = rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2, 2))))
        company = f"{town}{''.join(rng.choices(BRANDS, k=2))}{trade}有限公司"
        note = f"展位咨询{trade}，意向{rng.randint(1, 9)}柜，{town}客户"
        found.append((name, company, number, f"u{n}@example.cn", f"wx_{number[-8:]}", town, rng.choice(("采购经理", "总经理", "")), note))
    return found


def make(path: Path) -> None:
    """The workbook."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate([HEADINGS, *rows()]):
            sheet.write_row(place, 0, row)


def ours(path: Path) -> dict[str, float]:
    """The command's way, on the database of this process's environment."""
    import django

    django.setup()
    from boothline.config.tables import bring_up_to_date
    from boothline.core.actors import SYSTEM
    from boothline.exchange.jobs import import_at_once

    bring_up_to_date()
    with Peak() as peak:
        start, busy = time.perf_counter(), time.process_time()
        if os.environ.get("PROFILE"):
            import cProfile

            profile = cProfile.Profile(time.process_time)
            result, job = profile.runcall(import_at_once, [path], by=SYSTEM)
            profile.dump_stats(os.environ["PROFILE"])
        else:
            result, job = import_at_once([path], by=SYSTEM)
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
    assert job and result["created"]["contact"] == ROWS and not result["rejected"], result["created"]
    found = {
        "seconds": round(seconds, 1),
        "rows_s": round(ROWS / seconds),
        "cpu_us": round(busy / ROWS * 1e6),
        "peak_mib": round(peak.most / 2**20),
    }
    if os.environ.get("UNDO"):
        from boothline.exchange.undo import undo_import

        with Peak() as peak:
            start = time.perf_counter()
            undo_import(job, by=SYSTEM)
            found |= {"undo_seconds": round(time.perf_counter() - start, 1), "undo_peak_mib": round(peak.most / 2**20)}
    return found


def floor(path: Path) -> dict[str, float]:
    """The least that could be called an import."""
    import django
    from django.conf import settings

    address = os.environ["DATABASE_URL"]
    if address:
        import dj_database_url

        database = dj_database_url.parse(address)
    else:
        begin = "pragma journal_mode=wal; pragma synchronous=full"
        options = {"transaction_mode": "IMMEDIATE", "init_command": begin}
        database = {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": Path(os.environ["BOOTHLINE_HOME"]) / "floor.sqlite3",
            "OPTIONS": options,
        }
    settings.configure(DATABASES={"default": database}, USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField")
    django.setup()
    from django.contrib.postgres.fields import ArrayField
    from django.contrib.postgres.indexes import GinIndex
    from django.db import connection, models, transaction
    from django.utils import timezone

    is_sqlite = connection.vendor == "sqlite"

    class Customer(models.Model):
        name, company, phone, email, chat, city, title = (models.CharField(max_length=200, blank=True) for _ in range(7))
        kind, status = models.CharField(max_length=20, default="visitor"), models.CharField(max_length=20, default="new")
        owner = models.IntegerField(default=1)
        made_at = models.DateTimeField(default=timezone.now)
        note = models.TextField(blank=True)
        if not is_sqlite:
            grams = ArrayField(models.TextField(), default=list)

        class Meta:
            app_label = "floor"
            indexes = [
                models.Index(fields=["-made_at", "-id"], name="f_newest"), models.Index(fields=["kind", "status"], name="f_kind"),
                models.Index(fields=["phone"], name="f_phone"), *([] if is_sqlite else [GinIndex(fields=["grams"], name="f_grams")]),
            ]  # fmt: skip

        def __str__(self) -> str:
            return self.name

    class History(models.Model):
        customer = models.ForeignKey(Customer, on_delete=models.PROTECT)
        said, who = models.TextField(), models.IntegerField()
        at = models.DateTimeField()

        class Meta:
            app_label = "floor"

        def __str__(self) -> str:
            return self.said

    with connection.schema_editor() as editor:
        editor.create_model(Customer)
        editor.create_model(History)
        if is_sqlite:
            editor.execute("create virtual table grams using fts5(g, content='', detail='none')")

    def grams(one: Customer) -> list[str]:
        pairs = [text[i : i + 2] for text in (one.name, one.company) for i in range(len(text) - 1)]
        return list(dict.fromkeys(pairs + [one.phone[i : i + 3] for i in range(len(one.phone) - 2)]))

    start, busy = time.perf_counter(), time.process_time()
    import python_calamine

    lines = iter(python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows())
    next(lines)
    people = [
        Customer(**dict(zip(("name", "company", "phone", "email", "chat", "city", "title", "note"), map(str, line), strict=True)))
        for line in lines
    ]
    for one in people:
        one.clean_fields(exclude=["grams"])
    list(Customer.objects.filter(phone__in=[one.phone for one in people[:5000]]).values_list("phone", flat=True))
    for first in range(0, len(people), 2000):
        part, now = people[first : first + 2000], timezone.now()
        with transaction.atomic():
            if not is_sqlite:
                for one in part:
                    one.grams = grams(one)
            Customer.objects.bulk_create(part)
            History.objects.bulk_create([History(customer=one, said="created", who=1, at=now) for one in part])
            if is_sqlite:
                with connection.cursor() as cursor:
                    cursor.executemany("insert into grams(rowid, g) values (%s, %s)", [(one.pk, " ".join(grams(one))) for one in part])
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    assert History.objects.count() == ROWS
    return {"floor_seconds": round(seconds, 1), "floor_rows_s": round(ROWS / seconds), "floor_cpu_us": round(busy / ROWS * 1e6)}


class Peak:
    """The most that this process and those it started held together."""

    def __enter__(self) -> Peak:
        self.most, self._over = 0, threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()
        return self

    def __exit__(self, *_failed: Any) -> None:
        self._over.set()
        self._watch.join()

    def _look(self) -> None:
        page = os.sysconf("SC_PAGE_SIZE")
        while not self._over.wait(0.1):
            held = 0
            for process in (os.getpid(), *_started_by(os.getpid())):
                try:
                    held += int(Path(f"/proc/{process}/statm").read_text().split()[1]) * page
                except OSError:
                    continue
            self.most = max(self.most, held)


def _started_by(process: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += [int(pid) for pid in task.read_text().split()]
        except OSError:
            continue
    return found + [pid for child in found for pid in _started_by(child)]


def run(what: str, path: Path, address: str) -> dict[str, float]:
    """Measures in a process of its own with a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="boothline-bench-") as home:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("BOOTHLINE_") and k != "DJANGO_SETTINGS_MODULE"}
        more = {"BOOTHLINE_HOME": home, "DATABASE_URL": address, "PYTHONPATH": str(ROOT)}
        more |= {"DJANGO_SETTINGS_MODULE": "boothline.config.settings"} if what == "--ours" else {}
        done = subprocess.run([sys.executable, __file__, what, str(path)], env=kept | more, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def both(path: Path, address: str, other: str) -> dict[str, float]:
    """Floor and ours on one kind of database, and their ratio."""
    found = run("--floor", path, other) | run("--ours", path, address)
    return found | {"ratio": round(found["rows_s"] / found["floor_rows_s"], 3)}


def main() -> int:
    """Both databases, one line."""
    if len(sys.argv) == 3:
        print(json.dumps({"--ours": ours, "--floor": floor}[sys.argv[1]](Path(sys.argv[2]))))
        return 0
    sys.path.insert(0, str(ROOT / "tools"))
    with tempfile.TemporaryDirectory(prefix="boothline-bench-") as folder:
        path = Path(folder) / "people.xlsx"
        make(path)
        found = {"sqlite": both(path, "", "")}
        if not os.environ.get("SQLITE_ONLY"):
            import postgres

            with postgres.server() as server:
                address = server.replace("postgresql://", "postgres://")
                found["postgresql"] = both(path, address, _another(address))
    line: dict[str, Any] = {f"{what}_{name}": value for name, figures in found.items() for what, value in figures.items()}
    print(json.dumps(line | {"rows": ROWS, "limit_seconds": SECONDS, "limit_mib": MEMORY, "limit_ratio": LIMIT}))
    worst = [figures["seconds"] > SECONDS or figures["peak_mib"] > MEMORY or figures["ratio"] < LIMIT for figures in found.values()]
    return int(any(worst))


def _another(address: str) -> str:
    """A second database beside the first."""
    import psycopg

    with psycopg.connect(address.replace("postgres://", "postgresql://"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE floor")
    return address.replace("/postgres?", "/floor?")


if __name__ == "__main__":
    sys.exit(main())
