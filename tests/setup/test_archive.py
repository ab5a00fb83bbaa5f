"""Everything as an open archive, and back: equal in every row on either database, and refused where it is not what it says."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from boothline.config import archive, backup
from tests.browser.conftest import own_database
from tests.setup.test_backup import House, demo, manifest, other_databases

__all__ = ["demo", "other_databases"]  # what these tests stand on


@pytest.fixture(scope="module")
def packed(demo: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("packed") / "everything.zip"
    demo.run("export", "--all", str(target))
    return target


@pytest.mark.by_turns("second")
def test_it_fills_an_empty_installation_equal_in_every_row(demo: House, packed: Path, tmp_path: Path):
    """From whichever database this is to SQLite, and from there back."""
    demo_rows = {name: table["sha256"] for name, table in manifest(packed)["tables"].items()}
    small = House(tmp_path / "laptop", "")
    small.run("restore", str(packed))
    theirs, mine = demo.checksum(), small.checksum()
    assert {n for n, rows in mine.items() if rows != theirs[n]} == {"timeline.Event"}, "that it was restored is told"
    assert small.files() == demo.files()
    assert (small.home / "secret.key").read_text() == (demo.home / "secret.key").read_text()
    target = tmp_path / "again.zip"
    told = json.loads(small.run("export", "--all", str(target), "--json").stdout)
    assert told["rows"] == sum(table["rows"] for table in manifest(target)["tables"].values()) and told["missing"] == []
    assert target.stat().st_mode & 0o077 == 0, "for its owner alone"
    assert {n for n, table in manifest(target)["tables"].items() if table["sha256"] != demo_rows[n]} == {"timeline.Event"}
    server = House(tmp_path / "server", own_database("archive_server"))
    server.run("restore", str(target))
    back = server.checksum()
    assert {n for n, rows in back.items() if rows != mine[n]} == {"timeline.Event"}
    _out, _ = server.python(ADD).communicate(timeout=120)  # keys go on behind the highest one
    assert int(server.checksum()["customers.Customer"].split()[0]) == int(back["customers.Customer"].split()[0]) + 1


ADD = """
import django; django.setup()
from boothline.core.actors import SYSTEM
from boothline.customers.card import Person, add_people
add_people([Person(name="王珂", company="海蓝")], by=SYSTEM)
"""


@pytest.mark.once
def test_anybody_can_read_it(packed: Path):
    with zipfile.ZipFile(packed) as held:
        said = json.loads(held.read("manifest.json"))
        readme = held.read("README.txt").decode()
        assert "展客通" in readme and "Boothline" in readme and "rows/customers.Customer.jsonl" in readme
        for name, known in archive._members(said):
            data = held.read(name)
            assert (len(data), hashlib.sha256(data).hexdigest()) == (known["size"], known["sha256"])
        first = json.loads(held.read("rows/customers.Customer.jsonl").splitlines()[0])
        assert {"id", "name", "owner_id"} <= set(first)
        assert not [n for n in held.namelist() if "ession" in n], "nobody stays signed in"


@pytest.mark.django_db
def test_rows_point_at_earlier_tables():
    known = [model._meta.label for model in archive.in_order()]
    assert sorted(known) == sorted(m._meta.label for m in backup.tables())
    later = {
        (model._meta.label, field.name)
        for model in archive.in_order()
        for field in backup.columns(model)
        if field.remote_field and known.index(field.related_model._meta.label) > known.index(model._meta.label)
    }
    assert not later


@pytest.mark.once
def test_where_data_is_nothing_comes_in(packed: Path, tmp_path: Path):
    house = House(tmp_path / "mine", own_database("archive_mine"))
    house.run("person", "mei", "--name", "林梅", "--role", "admin", "--password", "gu-zhen-2046")
    before = house.checksum()
    assert "holds data already" in house.run("restore", str(packed), code=1).stderr
    assert house.checksum() == before


@pytest.mark.once
def test_it_stands_in_the_history(demo: House, packed: Path):
    script = "import django; django.setup()\nfrom boothline.timeline.history import Event\n"
    out, _ = demo.python(script + "print(Event.objects.filter(kind='exchange.exported').last().values)").communicate(timeout=60)
    assert "'everything'" in out and "'zip'" in out


@pytest.mark.once
def test_a_kind_or_everything(demo: House):
    for command in ([], ["contact", "--all", "x.zip"]):
        assert "--all" in demo.run("export", *command, code=2).stderr


Members = dict[str, bytes]


def rewritten(
    source: Path, target: Path, change: Callable[[Members, dict[str, Any]], None], info: Callable[..., None] = lambda _: None
) -> Path:
    """The archive with something changed; what the manifest says is changed by `change` alone."""
    with zipfile.ZipFile(source) as old:
        members = {name: old.read(name) for name in old.namelist()}
    said = json.loads(members.pop("manifest.json"))
    change(members, said)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            info(entry)
            new.writestr(entry, data)
        new.writestr("manifest.json", json.dumps(said))
    return target


def known(members: Members, said: dict[str, Any], group: str, name: str, member: str) -> None:
    """The manifest says of a member what is so."""
    said[group][name] |= {"size": len(members[member]), "sha256": hashlib.sha256(members[member]).hexdigest()}


def adds(name: str, *, is_listed: bool = False) -> Callable[[Members, dict[str, Any]], None]:
    def change(members: Members, said: dict[str, Any]) -> None:
        members[name] = b"x"
        if is_listed:
            said["files"][name.removeprefix("files/")] = {"size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}

    return change


TABLE = "rows/customers.Customer.jsonl"


def alters(members: Members, said: dict[str, Any]) -> None:
    members[TABLE] = members[TABLE].replace(b'"company"', b'"concern"', 1)


def says(**more: Any) -> Callable[[Members, dict[str, Any]], None]:
    return lambda members, said: said["tables"]["customers.Customer"].update(more)


def lacks(name: str) -> Callable[[Members, dict[str, Any]], None]:
    return lambda members, said: members.pop(name)


def bursts(members: Members, said: dict[str, Any]) -> None:
    members[TABLE] = b"\n" * (80 * 2**20)
    known(members, said, "tables", "customers.Customer", TABLE)
    said["tables"]["customers.Customer"]["rows"] = 80 * 2**20


HOSTILE: dict[str, tuple[Callable[[Members, dict[str, Any]], Any], str]] = {
    "beside the folder": (adds("../evil", is_listed=True), "../evil"),
    "beside the folder of files": (adds("files/../../evil", is_listed=True), "evil"),
    "absolute": (adds("/etc/cron.d/evil"), "/etc/cron.d/evil"),
    "the other slash": (adds("files\\..\\evil", is_listed=True), "evil"),
    "a drive": (adds("files/c:evil", is_listed=True), "evil"),
    "not in the manifest": (adds("files/evil.exe"), "files/evil.exe"),
    "an empty part": (adds("files//evil", is_listed=True), "evil"),
    "altered": (alters, TABLE),
    "too few rows said": (says(rows=1), TABLE),
    "a smaller size said": (says(size=10), TABLE),
    "another hash said": (says(sha256="0" * 64), TABLE),
    "no hash said": (says(sha256=None), "manifest.json"),
    "a table is missing": (lacks(TABLE), TABLE),
    "the secret is missing": (lacks("secret.key"), "secret.key"),
    "a bomb": (bursts, TABLE),
    "of another program": (lambda _m, said: said.update(archive="other"), "form"),
    "of a later form": (lambda _m, said: said.update(format=9), "form"),
    "no list of tables": (lambda _m, said: said.update(tables=[]), "manifest.json"),
}


@pytest.mark.once
@pytest.mark.parametrize("how", HOSTILE)
def test_what_is_not_what_it_says_is_refused_by_name(packed: Path, tmp_path: Path, how: str):
    change, named = HOSTILE[how]
    bad = rewritten(packed, tmp_path / "bad.zip", change)
    assert archive.is_archive(bad)
    with pytest.raises(backup.Unusable) as refused:
        archive.check(bad)
    assert named.replace("\\", "/") in str(refused.value).replace("\\", "/") and "Nothing was changed" in str(refused.value)


@pytest.mark.once
def test_links_locks_and_other_ways_of_packing_are_refused(packed: Path, tmp_path: Path):
    def link(entry: zipfile.ZipInfo) -> None:
        if entry.filename == "secret.key":
            entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16

    def other(entry: zipfile.ZipInfo) -> None:
        entry.compress_type = zipfile.ZIP_LZMA if entry.filename == "secret.key" else zipfile.ZIP_DEFLATED

    for how in (link, other):
        with pytest.raises(backup.Unusable, match=r"secret\.key"):
            archive.check(rewritten(packed, tmp_path / "bad.zip", lambda _m, _s: None, how))
    locked = bytearray(packed.read_bytes())
    at = locked.rfind(b"PK\x01\x02")  # the last entry of the list: the manifest
    locked[at + 8] |= 1
    (tmp_path / "bad.zip").write_bytes(locked)
    with pytest.raises(backup.Unusable, match=r"manifest\.json"):
        archive.check(tmp_path / "bad.zip")


@pytest.mark.once
def test_a_row_without_an_end_is_refused(packed: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive, "ROW", 100)
    monkeypatch.setattr(archive, "PIECE", 60)
    with pytest.raises(backup.Unusable, match="rows/"):
        archive.check(packed)


@pytest.mark.once
def test_a_name_twice_is_refused(packed: Path, tmp_path: Path):
    bad = tmp_path / "bad.zip"
    shutil.copy(packed, bad)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(bad, "a") as more:
        more.writestr("secret.key", "mine")
    with pytest.raises(backup.Unusable, match=r"secret\.key"):
        archive.check(bad)


@pytest.mark.once
def test_a_manifest_that_is_none_is_refused(packed: Path, tmp_path: Path):
    bad = tmp_path / "bad.zip"
    for data in (b"", b"[]", b"[" * 100_000, b'{"archive": "boothline"}', b"\xff"):
        with zipfile.ZipFile(bad, "w") as new:
            new.writestr("manifest.json", data)
        with pytest.raises(backup.Unusable, match=r"manifest\.json"):
            archive.check(bad)


@pytest.mark.once
def test_no_room_is_said_before_anything_is_written(packed: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive.shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(1, 1, 0))
    with pytest.raises(backup.Unusable, match="no room"):
        archive.check(packed)


@pytest.mark.once
def test_a_refused_one_changes_nothing(packed: Path, tmp_path: Path):
    house = House(tmp_path / "new", own_database("archive_cut"))
    house.run("daily")
    before = house.checksum()

    def other_columns(members: Members, said: dict[str, Any]) -> None:
        members[TABLE] = members[TABLE].replace(b'"kind":', b'"sort":')
        known(members, said, "tables", "customers.Customer", TABLE)

    def no_customer(members: Members, said: dict[str, Any]) -> None:
        members[TABLE] = members[TABLE].split(b"\n", 1)[1]
        known(members, said, "tables", "customers.Customer", TABLE)
        said["tables"]["customers.Customer"]["rows"] -= 1

    def other_version(_members: Members, said: dict[str, Any]) -> None:
        said["migrations"].append("later.0002")

    for change, words in (
        (alters, TABLE),
        (other_columns, "cannot be stored"),
        (no_customer, "not there"),
        (other_version, "Restore it with the version that made it"),
    ):
        bad = rewritten(packed, tmp_path / "bad.zip", change)
        assert words in house.run("restore", str(bad), code=1).stderr
    cut = tmp_path / "cut.zip"
    cut.write_bytes(packed.read_bytes()[:-500])
    assert "cut" in house.run("restore", str(cut), code=1).stderr
    assert house.checksum() == before and house.files() == {} and not (house.home / "restored").exists()
