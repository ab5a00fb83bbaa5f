"""`boothline import` and `boothline export` as they are typed, on a data folder of their own."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once  # typed with SQLite in either round


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("home")
    env = {k: v for k, v in os.environ.items() if k not in ("LC_ALL", "LC_MESSAGES")}
    env |= {"BOOTHLINE_HOME": str(home), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "boothline.config.settings", "LANG": "C.UTF-8"}

    def command(*words: object, python: str = "", **more: str) -> subprocess.CompletedProcess[bytes]:
        typed = [sys.executable, *(("-c", python) if python else ("-m", "boothline.config.cli")), *map(str, words)]
        done = subprocess.run(typed, env=env | more, capture_output=True, check=False, stdin=subprocess.DEVNULL)
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return done

    return command


def test_import_and_export_as_typed(run, tmp_path: Path):
    card = tmp_path / "cards"
    card.write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Anna =Berg\nORG:Nordlicht\nTEL:+49 40 1\nEND:VCARD\nBEGIN:VCARD\nEND:VCARD\n")
    dry = run("import", card, "--dry-run", "--json")
    first = run("import", card, "--json")
    assert dry.returncode == first.returncode == 0 and dry.stdout == first.stdout
    result = json.loads(first.stdout)
    assert list(result) == ["rows", "created", "updated", "unchanged", "rejected", "warnings"]
    assert (result["rows"], result["created"]["contact"], result["rejected"][0]["row"]) == (2, 1, 2)
    again = run("import", card)
    assert again.returncode == 0 and again.stdout == b"" and b"2 rows; unchanged contact 1; not taken 1." in again.stderr
    out = run("export", "contact")
    assert json.loads(out.stdout)["phones"] == ["+49 40 1"]
    rows = list(csv.DictReader(io.StringIO(run("export", "contact", "--format", "csv").stdout.decode("utf-8-sig"), newline="")))
    assert rows[0]["phones"] == "'+49 40 1"
    told = run("export", "contact", "--format", "xlsx", "--out", tmp_path / "c.xlsx", "--json")
    assert json.loads(told.stdout) == {"kind": "contact", "rows": 1, "file": str(tmp_path / "c.xlsx")}


def test_unusable_input_is_said_in_the_language_of_the_terminal(run, tmp_path: Path):
    empty = tmp_path / "empty.csv"
    empty.touch()
    for words in ((tmp_path,), ("--fair", "NOWHERE", empty), ()):
        done = run("import", *words, "--json")
        assert done.returncode not in (0, None) and done.stderr
        assert not words or list(json.loads(done.stdout)) == ["error"], "whoever reads the answer by a program reads why, too"
    assert "is empty" in run("import", empty).stderr.decode()
    assert "NOWHERE" in run("import", empty, "--fair", "NOWHERE", LANG="zh_CN.UTF-8").stderr.decode()
    assert run("export", "contact", "--format", "xlsx").returncode == 1


TOUCH = """
import django; django.setup()
from boothline.accounts.people import add_person
from boothline.core.actors import SYSTEM
from boothline.customers.models import Customer
from boothline.followups.touches import log_touch
anybody = add_person(by=SYSTEM, username="he", name="He", roles=["manager"], password="secret-1")
log_touch(Customer.objects.get(name="Südwind"), by=anybody.actor(), channel="phone", words="calls again in May", ended="later")
"""


def test_what_somebody_built_on_stays_and_the_rest_is_undone(run, tmp_path: Path):
    people = tmp_path / "people.csv"
    people.write_text("Company,Name,Email\nSüdwind,Anna Berg,anna@suedwind.example\nSolaris,Jo Park,jo@solaris.example\n")
    run("import", people)
    number = run("undo").stdout.decode().splitlines()[-1].split()[0]
    run(python=TOUCH)
    refused = run("undo", number, "--json")
    assert refused.returncode == 1 and json.loads(refused.stdout)["refused"][0]["name"] == "Südwind"  # one object, and no second one
    done = run("undo", number, "--rest", "--json")
    told = json.loads(done.stdout)
    assert (told["removed"], told["refused"]) == ({"customer": 1, "contact": 1}, []) and [one["name"] for one in told["stayed"]] == [
        "Südwind"
    ]
    assert "Stays: Südwind" in done.stderr.decode()
    left = {json.loads(line)["name"] for line in run("export", "customer").stdout.splitlines()}
    assert "Solaris" not in left and "Südwind" in left
