"""Backup and restore by command, on data folders and databases of their own: the same rows and files, or a refusal in a sentence."""

from __future__ import annotations

import json
import os
import random
import secrets
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import dj_database_url
import pytest
from django.db import connection, connections

from boothline.config import backup
from tests.browser.conftest import ROOT, own_database
from tests.checksum import contents


@pytest.fixture(scope="module", autouse=True)
def other_databases(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


FILL = """
import django, sys, time; django.setup()
from boothline.core.actors import SYSTEM
from boothline.customers.card import Person
from boothline.fairs.models import Fair
from boothline.visitors.solicitation import Taken, take_many
fair = Fair.objects.order_by("-id").first()
for n in range(int(sys.argv[1])):
    batch = [Taken(person=Person(name=f"访客{n}-{i}", company=f"公司{n}-{i}", phones=[f"139{n:04d}{i:04d}"])) for i in range(int(sys.argv[2]))]
    take_many(batch, by=SYSTEM, fair=fair)
    print("written", flush=True)
    time.sleep(0.05)  # people take a breath between two presses
"""


class House:
    """An installation of its own."""

    def __init__(self, home: Path, database: str) -> None:
        self.home = home
        self.env = os.environ | {"BOOTHLINE_HOME": str(home), "DATABASE_URL": database, "LANG": "C.UTF-8", "BOOTHLINE_FAULT": ""}
        self.env |= {"DJANGO_SETTINGS_MODULE": "boothline.config.settings", "PYTHONPATH": str(ROOT)}

    def run(self, *command: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        program = str(Path(sys.executable).with_name("boothline"))
        done = subprocess.run([program, *command], env=self.env, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done

    def python(self, script: str, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", script, *arguments]
        return subprocess.Popen(command, env=self.env, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def checksum(self) -> dict[str, str]:
        """Asked from here: a process of its own would take longer than the answer."""
        address = self.env["DATABASE_URL"] or f"sqlite:///{self.home / 'boothline.sqlite3'}"
        alias = f"house_{secrets.token_hex(4)}"  # a name of its own: nothing that is kept by name can be another house's
        connections.databases[alias] = connections.databases["default"] | {"OPTIONS": {}} | dict(dj_database_url.parse(address))
        try:
            return contents(alias)
        finally:
            connections[alias].close()
            del connections[alias], connections.databases[alias]

    def files(self) -> dict[str, bytes]:
        folder = self.home / "files"
        return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> House:
    house = House(tmp_path_factory.mktemp("demo"), own_database(f"{request.module.__name__.rpartition('.')[2]}_demo"))
    house.run("demo")
    return house


@pytest.fixture(scope="module")
def kept(demo: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("kept") / "boothline.zip"
    demo.run("backup", str(target))
    return target


@pytest.mark.by_turns("first")
def test_all_that_the_demo_keeps_adds_up(demo: House):
    """The product's own check, as it runs by night."""
    script = "import django; django.setup(); from boothline.insights.selfcheck import recount; print(recount()[1])"
    out, _ = demo.python(script).communicate(timeout=120)
    assert out.strip() == "[]"


def test_the_same_rows_and_files_come_back(demo: House, tmp_path: Path):
    before, files = demo.checksum(), demo.files()
    target = tmp_path / "one.zip"
    told = json.loads(demo.run("backup", str(target), "--json").stdout)
    assert told["rows"] > 400 and told["files"] == len(files) and told["missing"] == [] and told["size"] == target.stat().st_size
    assert target.stat().st_mode & 0o077 == 0, "for its owner alone"
    other = House(tmp_path / "other", own_database("backup_other"))
    other.run("restore", str(target))
    after = other.checksum()
    assert {name for name in before if before[name] != after[name]} == {"timeline.Event"}, "that it was restored is told"
    assert other.files() == files
    assert (other.home / "secret.key").read_text() == (demo.home / "secret.key").read_text()
    assert not [p for p in other.home.rglob("*") if "restored" in p.name or "before" in p.name or "snapshot" in p.name]
    again = tmp_path / "again.zip"  # what was brought back can be added to, and backed up
    _out, _ = other.python(FILL, "1", "3").communicate(timeout=120)
    other.run("backup", str(again))
    assert manifest(again)["tables"]["visitors.Capture"]["rows"] == manifest(target)["tables"]["visitors.Capture"]["rows"] + 3


def manifest(file: Path) -> dict:
    with zipfile.ZipFile(file) as packed:
        return json.loads(packed.read("manifest.json"))


@pytest.mark.by_turns("first")
def test_while_people_write_it_is_one_moment(kept: Path, tmp_path: Path):
    """No capture without its customer, no event without its rows: whatever was committed together is there together."""
    house = House(tmp_path / "busy", own_database("backup_busy"))
    house.run("restore", str(kept))
    begun = manifest(kept)["tables"]["visitors.Capture"]["rows"]
    writer = house.python(FILL, "100000", "5")
    assert writer.stdout.readline() == "written\n", "the first batch is in before the backup begins"
    try:
        target = tmp_path / "busy.zip"
        house.run("backup", str(target))
        assert writer.poll() is None, "somebody wrote meanwhile"
        other = House(tmp_path / "other", own_database("backup_other"))
        other.run("restore", str(target))  # compares every table's hash, and every reference
        extra = manifest(target)["tables"]["visitors.Capture"]["rows"] - begun
        assert extra and extra % 5 == 0, "a batch is whole or not there"
    finally:
        writer.kill()
        writer.wait()


@pytest.mark.by_turns("second")
def test_a_folder_that_holds_data_is_refused_and_with_replace_kept(demo: House, kept: Path, tmp_path: Path):
    house = House(tmp_path / "mine", own_database("backup_mine"))
    house.run("person", "mei", "--name", "林梅", "--role", "admin", "--password", "gu-zhen-2046")
    before = house.checksum()
    refused = house.run("restore", str(kept), code=1).stderr
    assert "holds data already" in refused and "--replace" in refused
    assert house.checksum() == before
    told = json.loads(house.run("restore", str(kept), "--replace", "--json").stdout)
    assert house.checksum()["customers.Customer"] == demo.checksum()["customers.Customer"]
    back = House(tmp_path / "back", own_database("backup_back"))
    back.run("restore", told["safety"])
    assert back.checksum()["accounts.User"] == before["accounts.User"]


@pytest.mark.once
def test_what_waits_for_its_first_administrator_is_empty(kept: Path, tmp_path: Path):
    house = House(tmp_path / "new", own_database("backup_new"))
    house.run("daily")
    house.python("import django; django.setup()\nfrom boothline.accounts.first_start import new_code; new_code()").wait()
    house.run("restore", str(kept))


@pytest.mark.once
def test_a_cut_or_altered_backup_is_refused_in_a_sentence(kept: Path, tmp_path: Path):
    whole = kept.read_bytes()
    draw = random.Random(20260416)
    bad = tmp_path / "bad.zip"
    for n in range(120):
        place = draw.randrange(len(whole))
        altered = whole[:place] + bytes([whole[place] ^ (1 << draw.randrange(8))]) + whole[place + 1 :]
        bad.write_bytes(altered if n % 3 else whole[:place])
        with pytest.raises(backup.Unusable, match="no whole backup"):
            backup.check(bad)
    for other in (b"", b"not a backup", whole + b"x"):
        bad.write_bytes(other)
        with pytest.raises(backup.Unusable):
            backup.check(bad)
    assert backup.check(kept)["format"] == 1
    with pytest.raises(backup.Unusable, match="is not there"):
        backup.check(tmp_path / "nothing.zip")


@pytest.mark.once
def test_a_refused_one_changes_nothing(kept: Path, tmp_path: Path):
    house = House(tmp_path / "new", own_database("backup_cut"))
    house.run("daily")
    before = house.checksum()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(kept.read_bytes()[:-500])
    assert "cut" in house.run("restore", str(cut), code=1).stderr
    forged = tmp_path / "forged.zip"  # sealed anew by somebody who knows how: the rows still tell
    forge(kept, forged, "tables/customers.Customer.jsonl")
    assert "are not those of the backup" in house.run("restore", str(forged), code=1).stderr
    forge(kept, forged, "manifest.json", lambda data: data.replace(b'"migrations": [', b'"migrations": ["later.0002",'))
    assert "Restore it with the version that made it" in house.run("restore", str(forged), code=1).stderr
    assert house.checksum() == before and house.files() == {}


def forge(source: Path, target: Path, name: str, change=lambda data: data.split(b"\n", 1)[1]) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            data = old.read(item)
            new.writestr(item, change(data) if item == name else data)
        new.comment = backup.PLACE
    backup._seal(target)


@pytest.mark.django_db
def test_every_table_of_the_database_is_kept():
    """A table that no record stands for would be lost without a word."""
    known = {m._meta.db_table for m in backup.tables()} | {"django_session", "django_migrations"}
    grams = {name for name in connection.introspection.table_names() if name.startswith("search_grams")}  # made from the entries
    assert set(connection.introspection.table_names()) - grams <= known


def test_a_backup_of_one_database_fills_the_other(kept: Path, tmp_path: Path):
    """A laptop's backup fills a server: here, whichever database this is, SQLite's and back."""
    small = House(tmp_path / "laptop", "")
    small.run("restore", str(kept))
    target = tmp_path / "from-laptop.zip"
    small.run("backup", str(target))
    server = House(tmp_path / "server", own_database("backup_server"))
    server.run("restore", str(target))
    mine, theirs = manifest(kept)["tables"], manifest(target)["tables"]
    assert {n for n in mine if mine[n] != theirs[n]} == {"timeline.Event"}


@pytest.mark.once
def test_the_last_one_stands_in_the_settings(demo: House, kept: Path):
    script = "import django; django.setup()\nfrom boothline.accounts.copies import last_backup\nprint(last_backup().values['file'])"
    out, _ = demo.python(script).communicate(timeout=60)
    assert out.strip().endswith(".zip")


@pytest.mark.once
def test_it_needs_no_more_room_than_it_says(demo: House, tmp_path: Path):
    """Without a name it goes into the data folder; what is beside it while it is written is gone afterwards."""
    demo.run("backup")
    folder = demo.home / "backups"
    assert [p.suffix for p in folder.iterdir()] == [".zip"]
    shutil.rmtree(folder)


KILLED = """
import os, sys
from boothline.config import cli
cli._start()
from boothline.config import backup
setattr(backup, sys.argv.pop(1), lambda *_: os._exit(9))
cli.main()
"""


@pytest.mark.once
def test_a_restore_that_is_killed_is_finished_or_taken_back_by_the_next_command(demo: House, kept: Path, tmp_path: Path):
    """Before its commit nothing is there; after it everything, as soon as anything is asked: rows, files and secret."""
    house = House(tmp_path / "killed", own_database("backup_killed"))
    for step in ("_compare", "_put_in_place"):
        assert house.python(KILLED, step, "restore", str(kept)).wait(timeout=120) == 9
        assert (house.home / "restored" / "mark").exists() and house.files() == {}
        assert (house.checksum()["files.Attachment"] == demo.checksum()["files.Attachment"]) is (step == "_put_in_place")
    assert "its files are in their place now" in house.run("daily").stderr
    assert house.files() == demo.files() and not (house.home / "restored").exists()
    assert (house.home / "secret.key").read_text() == (demo.home / "secret.key").read_text()
