"""The set-up's odd corners: what cannot be used is said in one line; what is set to nothing is not set."""

from __future__ import annotations

import errno
import os
import socket
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from runpy import run_path

import pytest
from click.testing import CliRunner
from django.db.utils import OperationalError

from boothline.config import cli
from boothline.config.service import free_port
from boothline.core.errors import Misconfigured

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]


def python(*arguments: str, home: Path, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BOOTHLINE_", "DJANGO_", "DATABASE_URL"))}
    more = {"BOOTHLINE_HOME": str(home), "PYTHONPATH": str(ROOT), **env}
    return subprocess.run([sys.executable, *arguments], env=kept | more, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    "name, value, words",
    [
        ("PORT", "eighty", "PORT=eighty is not a port"),
        ("PORT", "99999", "PORT=99999 is not a port"),
        ("HOST", "no-such-host.invalid", "cannot listen on HOST=no-such-host.invalid"),
        ("TIME_ZONE", "Mars/Olympus", "TIME_ZONE=Mars/Olympus is not a time zone"),
        ("BASE_URL", "crm.firm.example", "BASE_URL=crm.firm.example is not an address"),
        ("SMTP_URL", "mail.firm.example", "SMTP_URL is no address of a mail server"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL is no address of a database"),
        ("DATABASE_URL", "mysql://me:secret@host/crm", "names neither SQLite nor PostgreSQL"),
        ("DATABASE_URL", "sqlite:////no-such-folder/crm.sqlite3", "The database of DATABASE_URL cannot be used: unable to open"),
        ("DATABASE_URL", "postgresql://me:secret@127.0.0.1:1/crm", "The database of DATABASE_URL cannot be used: connection failed"),
        ("BOOTHLINE_HOME", "/dev/null/data", "The data folder /dev/null/data cannot be used: not a directory"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(tmp_path: Path, name: str, value: str, words: str):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    done = python("-m", "boothline.config.cli", "run", **{"home": tmp_path, "PORT": port, name: value})
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ") and done.stderr.count("\n") == 1, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr and "secret" not in done.stderr


def test_what_is_set_to_nothing_is_not_set(tmp_path: Path):
    nothing = dict.fromkeys(
        ["PORT", "HOST", "BASE_URL", "SMTP_URL", "MAIL_FROM", "TIME_ZONE", "DEBUG", "BOOTHLINE_DEMO", "DATABASE_URL"], ""
    )
    code = "from boothline.config import env as e; print(e.PORT, e.HOST, e.TIME_ZONE, e.DEBUG, e.DEMO, e.DATABASE_URL)"
    done = python("-c", code, home=tmp_path, **nothing)
    assert done.stdout.strip() == f"8000 127.0.0.1 Asia/Shanghai False False sqlite:///{tmp_path}/boothline.sqlite3"


def test_a_taken_port_gives_the_next_free_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wanted = taken.getsockname()[1]
        assert wanted < free_port("127.0.0.1", wanted) < wanted + 200


def test_a_port_of_roots_is_named(monkeypatch: pytest.MonkeyPatch):
    def refuse(self: socket.socket, address: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("boothline.config.service.socket.socket.bind", refuse, raising=False)
    with pytest.raises(Misconfigured, match=r"Ports below 1024 are for root alone; PORT=443 is one\. Set PORT=8000"):
        free_port("127.0.0.1", 443)


def command(*arguments: str, home: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return python("-m", "boothline.config.cli", *arguments, home=home, **env)


def test_a_data_folder_of_a_newer_version_is_not_touched(tmp_path: Path):
    assert command("daily", home=tmp_path).returncode == 0
    with sqlite3.connect(tmp_path / "boothline.sqlite3") as database:
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('orders', '0099_later', '2030-01-01')")
    done = command("run", home=tmp_path)
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert "was written by a newer Boothline (orders.0099_later)" in done.stderr and "Update the program" in done.stderr


def test_a_data_folder_with_spaces_and_chinese(tmp_path: Path):
    home = tmp_path / "展会 数据 100%"
    assert command("daily", home=home).returncode == 0
    assert (home / "boothline.sqlite3").stat().st_size


def test_a_home_that_does_not_exist_is_not_needed(tmp_path: Path):
    assert command("daily", home=tmp_path / "data", HOME="/nonexistent").returncode == 0


def test_a_full_disk_is_one_line(tmp_path: Path):
    """The system lets no file grow beyond a limit: what SQLite then meets is a full disk."""
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); "
        "from boothline.config.cli import main; main(['daily'])"
    )
    done = python("-c", code, home=tmp_path)
    assert done.returncode == 1 and done.stderr.splitlines()[-1].startswith("Error: "), done.stderr
    assert "takes nothing more: full, at a limit" in done.stderr and "Traceback" not in done.stderr
    assert command("daily", home=tmp_path).returncode == 0, "with room again it goes on"


@pytest.mark.parametrize(
    "trouble, words",
    [
        (OperationalError("attempt to write a readonly database"), "may not be written to by this user"),
        (OperationalError("database or disk is full"), "There is no space left for the data folder"),
        (PermissionError(errno.EACCES, "Permission denied", "/data/setting-up.lock"), "/data/setting-up.lock may not be written to"),
        (OSError(errno.EROFS, "Read-only file system", "/data/x"), "/data/x may not be written to"),
        (OSError(errno.ENOSPC, "No space left on device"), "There is no space left"),
    ],
)
def test_what_a_data_folder_refuses_is_one_line(trouble: Exception, words: str, monkeypatch: pytest.MonkeyPatch):
    def fail() -> None:
        raise trouble

    monkeypatch.setattr(cli, "_ready", fail)
    done = CliRunner().invoke(cli.main, ["daily"])
    assert done.exit_code == 1 and words in done.output and done.output.count("\n") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("host, words", [("0.0.0.0", "boothline run --tls"), ("127.0.0.1", "")])
def test_the_terminal_says_what_an_open_address_lacks(
    host: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("boothline.config.env.HOST", host)
    monkeypatch.setattr("boothline.config.env.BASE_URL", "http://192.168.1.7:8000")
    cli._greet(demo=False)
    said = capsys.readouterr().err
    assert bool(words) == ("without encryption" in said) and words in said


def test_an_address_that_is_not_ours_is_no_taken_port():
    with pytest.raises(Misconfigured, match=r"HOST=192\.0\.2\.1"):
        free_port("192.0.2.1", 8000)


def test_many_processes_make_one_secret(tmp_path: Path):
    code = "from boothline.config import env; print(env.secret_key())"
    kept = {k: v for k, v in os.environ.items() if not k.startswith("DJANGO_")}
    env = kept | {"BOOTHLINE_HOME": str(tmp_path / "new" / "data"), "PYTHONPATH": str(ROOT)}
    running = [subprocess.Popen([sys.executable, "-c", code], env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    keys = {process.communicate(timeout=60)[0].strip() for process in running}
    assert len(keys) == 1 and len(keys.pop()) >= 50
    kept_file = tmp_path / "new" / "data" / "secret.key"
    assert stat.S_IMODE(kept_file.stat().st_mode) == 0o600
    assert [p.name for p in kept_file.parent.iterdir()] == ["secret.key"], "nothing is left beside it"


def test_a_secret_that_a_crash_left_empty_is_made_anew(tmp_path: Path):
    (tmp_path / "secret.key").touch()
    code = "from boothline.config import env; print(len(env.secret_key()))"
    assert int(python("-c", code, home=tmp_path).stdout) >= 50


def test_a_memory_folder_in_which_we_may_not_write_is_not_used(monkeypatch: pytest.MonkeyPatch):
    for may, folder in ((True, "/dev/shm"), (False, None)):
        monkeypatch.setattr(os, "access", lambda path, mode, may=may: may)
        assert run_path("boothline/config/gunicorn.py")["worker_tmp_dir"] == folder
