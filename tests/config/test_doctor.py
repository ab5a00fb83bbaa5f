"""`boothline doctor`: each examination knows good from bad, changes nothing, and says how to mend it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from boothline.config import cli, doctor, service
from boothline.timeline.models import Delivery, Event
from tests.browser.conftest import ROOT, free_port, own_database
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    tmp_path.chmod(0o700)
    settings.BOOTHLINE_HOME = tmp_path
    monkeypatch.setattr(service.env, "BOOTHLINE_HOME", tmp_path)
    return tmp_path


def said(command_home: Path, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE" and not k.startswith("BOOTHLINE_")}
    command = [sys.executable, "-m", "boothline.config.cli", "doctor", *options]
    more = {"BOOTHLINE_HOME": str(command_home), "PYTHONPATH": str(ROOT), **env}
    return subprocess.run(command, env=kept | more, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.once
def test_the_command_says_a_dozen_lines_and_tells_by_its_exit_code(tmp_path: Path):
    home = tmp_path / "data"
    home.mkdir(mode=0o700)
    database = own_database("doctor")
    sick = said(home, DATABASE_URL=database)
    assert sick.returncode == 1 and "migrations are to come" in sick.stdout
    call = [sys.executable, "-m", "boothline.config.cli", "daily"]
    env = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(call, env=env | {"BOOTHLINE_HOME": str(home), "DATABASE_URL": database}, cwd=ROOT, check=True, timeout=120)
    well = said(home, DATABASE_URL=database)
    assert well.returncode == 0, well.stdout
    assert 10 <= well.stdout.count("\n") <= 13 and "✗" not in well.stdout
    answer = json.loads(said(home, "--json", DATABASE_URL=database).stdout)
    assert answer["healthy"] is True and {f["about"] for f in answer["findings"]} >= {"database", "worker", "mail", "backup"}


def test_where_nothing_is_nothing_is_made(tmp_path: Path):
    done = said(tmp_path / "none")
    assert done.returncode == 1 and "There is no installation in" in done.stderr and not (tmp_path / "none").exists()


def test_a_database_that_cannot_be_reached_is_one_line(tmp_path: Path):
    tmp_path.chmod(0o700)
    done = said(tmp_path, DATABASE_URL="postgresql://me:secret@127.0.0.1:1/crm")
    assert done.returncode == 1 and "✗ database" in done.stdout and "secret" not in done.stdout + done.stderr


def test_the_database_keeps_commits():
    assert doctor.database().state == "good"


def test_postgresql_that_may_lose_commits_is_named():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit=off")
    found = doctor.database()
    assert found.state == "bad" and "synchronous_commit is off" in found.words


@pytest.mark.django_db(transaction=True)
def test_sqlite_without_full_synchronisation_is_named():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
        try:
            found = doctor.database()
            assert found.state == "bad" and "synchronous is 1, not 2" in found.words
        finally:
            cursor.execute("PRAGMA synchronous=FULL")


@pytest.fixture
def migrated(transactional_db: None, settings: Any) -> Iterator[None]:
    """The database says which migrations it has had."""
    settings.MIGRATION_MODULES = {}
    call_command("migrate", fake=True, verbosity=0)
    yield
    MigrationRecorder(connection).migration_qs.all().delete()


def test_tables_of_a_newer_version(home: Path, migrated: None):
    assert doctor.migrations().state == "good"
    MigrationRecorder.Migration.objects.create(app="accounts", name="0099_later")
    assert doctor.migrations().state == "bad" and "accounts.0099_later" in doctor.migrations().words


def test_tables_that_are_behind(home: Path, migrated: None):
    MigrationRecorder.Migration.objects.filter(app="orders").delete()
    assert doctor.migrations().state == "bad" and "migrations are to come" in doctor.migrations().words


def test_the_worker_is_seen_by_its_lock(home: Path):
    assert doctor.worker().state == "note" and "has not run here yet" in doctor.worker().words
    held = service.heartbeat()
    assert doctor.worker().words == "alive"
    os.utime(home / "worker.lock", (0, timezone.now().timestamp() - 300))
    assert doctor.worker().state == "bad" and "no round for 300 s" in doctor.worker().words
    held.close()
    assert doctor.worker().state == "note" and "is not running" in doctor.worker().words


def test_deliveries_that_were_given_up_or_are_late(world: World):
    event = Event.objects.order_by("id").first()
    assert event and doctor.deliveries().state == "good"
    waits = Delivery.objects.create(event=event, listener="test.listener", due_at=timezone.now() - timedelta(minutes=11))
    assert doctor.deliveries().words == "1 wait for more than 10 minutes. Is the worker running?"
    Delivery.objects.filter(pk=waits.pk).update(parked_at=timezone.now())
    assert doctor.deliveries().state == "bad" and "1 were given up" in doctor.deliveries().words


def test_a_clock_that_went_back(world: World):
    assert doctor.clock_().state == "good"
    with time_machine.travel(timezone.now() - timedelta(days=3)):
        found = doctor.clock_()
    assert found.state == "bad" and ("before the newest entry" in found.words or "differs from the database" in found.words)


def test_the_age_of_the_backup(world: World):
    assert doctor.backup().words == "none was made yet"
    Event.objects.filter(pk=Event.objects.order_by("id").values_list("pk", flat=True).first()).update(
        kind="accounts.backed_up", at=timezone.now() - timedelta(days=3)
    )
    assert (doctor.backup().state, doctor.backup().words) == ("good", "3 days old")
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        assert (doctor.backup().state, doctor.backup().words) == ("note", "12 days old")


def test_the_mail_server(settings: Any):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.MAIL_SERVER = "127.0.0.1", free_port(), True
    assert doctor.mail().state == "bad" and "cannot be reached" in doctor.mail().words
    server = Controller(object(), hostname="127.0.0.1", port=settings.EMAIL_PORT)
    server.start()
    try:
        assert doctor.mail().state == "good"
    finally:
        server.stop()
    settings.MAIL_SERVER = False
    assert doctor.mail().state == "note"


def test_a_data_folder_that_others_may_read(home: Path):
    (home / "secret.key").touch(mode=0o600)
    assert doctor.data_folder().state == "good"
    (home / "secret.key").chmod(0o644)
    assert doctor.data_folder().state == "note" and "secret.key" in doctor.data_folder().words
    home.chmod(0o755)
    assert doctor.data_folder().state == "bad" and f"chmod 700 {home}" in doctor.data_folder().words


def test_little_space_is_said_before_it_is_none(home: Path, monkeypatch: pytest.MonkeyPatch):
    for free, state in ((50 * 2**20, "bad"), (2**30, "note"), (50 * 2**30, "good")):
        monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _path, free=free: type("", (), {"free": free}))
        assert doctor.disk().state == state


def test_the_address_is_the_one_of_the_service_that_runs(home: Path, monkeypatch: pytest.MonkeyPatch, settings: Any):
    settings.BASE_URL = "http://127.0.0.1:8000"
    assert doctor.address().words.startswith("http://127.0.0.1:8000 ")
    monkeypatch.setattr(service.env, "BASE_URL", "http://127.0.0.1:8044")
    held = service.hold_address()
    monkeypatch.setattr(service.env, "BASE_URL", "")  # the doctor is a process of its own
    assert doctor.address().state == "note" and doctor.address().words.startswith("http://127.0.0.1:8044 is not encrypted")
    held.close()
    assert doctor.address().words.startswith("http://127.0.0.1:8000 ")


def test_a_chinese_terminal_reads_chinese(tmp_path: Path):
    none = said(tmp_path / "none", LC_ALL="zh_CN.UTF-8")
    assert "没有安装展客通" in none.stderr
    tmp_path.chmod(0o755)
    sick = said(tmp_path, LC_ALL="zh_CN.UTF-8", DATABASE_URL="postgresql://me:secret@127.0.0.1:1/crm")
    assert "✗ 数据文件夹   这台机器上的其他用户可以读取" in sick.stdout and "✗ 数据库       无法连接" in sick.stdout
    assert "! 邮件         没有邮件服务器" in sick.stdout


@pytest.mark.parametrize(
    ("terminal", "lines"),
    [
        (
            "zh_CN.UTF-8",
            ["展客通已启动：http://127.0.0.1:8944/　（按 Ctrl-C 停止）", "用用户名登录", "业务员           林梅           mei"],
        ),
        (
            "de_DE.UTF-8",
            ["Boothline runs at http://127.0.0.1:8944/   (Ctrl-C stops it)", "Sign in by name", "Salesperson      Lin Mei        mei"],
        ),
    ],
)
def test_the_start_greets_in_the_language_of_the_terminal(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], terminal: str, lines: list[str]
):
    monkeypatch.setenv("LC_ALL", terminal)
    monkeypatch.setattr(service.env, "BASE_URL", "http://127.0.0.1:8944")
    cli._greet(demo=True)
    greeted = capsys.readouterr().err
    assert all(line in greeted for line in lines), greeted
