"""The house stands as it was planned: what says, what hears, what is tagged, what points where; and the checks bite."""

from __future__ import annotations

import configparser
import importlib
import inspect
import os
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.db.models import (
    CharField,
    FileField,
    ForeignKey,
    GenericIPAddressField,
    JSONField,
    ManyToManyField,
    Model,
    TextField,
    UniqueConstraint,
)
from django.utils.translation import override

import boothline
import boothline.config.urls
from boothline.core.merging import rule_of
from boothline.core.operations import OPERATIONS
from boothline.customers import events as customers
from boothline.customers.models import Contact, Customer, KeyAccount
from boothline.insights.selfcheck import recount
from boothline.intentions.expansion import Expansion
from boothline.timeline import hearing
from boothline.timeline.history import Event
from boothline.timeline.kinds import KINDS
from tests.callgraph import code
from tests.story import tell

ROOT = Path(__file__).resolve().parents[1]
ROOMS = [config.name for config in apps.get_app_configs() if config.name.startswith("boothline.")]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
WITHOUT_EVENT = {
    "exchange.bring": "the room whose records they are tells of them",
    "timeline.deliver": "what a listener does tells for itself",
}
WRITTEN = {"followups.touched", "orders.problem_reported"}  # they quote what we wrote into a record, once and for all its readers
WITHOUT_ACTOR = {"timeline.deliver": "the system delivers"}

for _found in pkgutil.walk_packages(boothline.__path__, "boothline."):  # a record that nobody imports shows itself
    if ".migrations" not in _found.name and ".config" not in _found.name:
        importlib.import_module(_found.name)


# Operations.


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_operation_records_a_declared_event(name: str):
    recorded = code().records_in_the_end(code().operations[name])
    assert recorded <= set(KINDS)
    assert bool(recorded) != (name in WITHOUT_EVENT)


def test_every_operation_of_the_source_is_known():
    known = {name for name in OPERATIONS if not name.startswith("test.")}  # tests declare some of their own
    assert set(code().operations) == known


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_operation_names_its_room_and_its_actor(name: str):
    """`verb(subject, *, by, ...)`: whoever reads a call knows what every value is."""
    made = OPERATIONS[name]
    assert name.split(".", maxsplit=1)[0] == made.__module__.split(".")[1]
    parameters = list(inspect.signature(made).parameters.values())
    by_place = [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY and p.kind is not p.VAR_KEYWORD]
    assert len(by_place) <= 1
    by = next((p for p in parameters if p.name == "by"), None)
    assert (by is not None and by.kind is by.KEYWORD_ONLY) != (name in WITHOUT_ACTOR)


# Events.


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Event]]:
    """What the story left in the history, told by people who read English."""
    from django.db import transaction

    from tests.world import make_world

    with django_db_blocker.unblock(), transaction.atomic():
        with override("en"):
            tell(make_world())
        yield list(Event.objects.order_by("id"))
        transaction.set_rollback(True)


@pytest.mark.once  # what is told, and in which words; every operation has its own test on both
@pytest.mark.django_db
def test_every_kind_happens_in_the_story(told: list[Event]):
    """A new kind belongs into tests/story.py, else nothing here says anything about it."""
    assert {e.kind for e in told} == set(KINDS)


@pytest.mark.once
@pytest.mark.django_db
def test_the_self_check_finds_all_of_the_story_equal(told: list[Event]):
    seen, found = recount()
    assert not found and all(seen.values()), (found, seen)


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_sentence_reads(told: list[Event], language: str):
    """With all of its values, in the reader's language, and nothing of the other language's letters left in it."""
    with override(language):
        for event in told:
            words = str(event.declared.sentence)
            known = {"who", "subject", "under", *event.values}
            assert set(PLACEHOLDER.findall(words)) <= known, f"{event.kind}: {words}"
            assert event.sentence and "%(" not in event.sentence and "…" not in event.sentence
            assert language == "en" or re.search("[一-鿿]", words), f"{event.kind} says nothing in Chinese"
            assert language != "en" or not re.search("[一-鿿]", words)
            assert all(len(change) == 3 for change in event.shown_changes())


@pytest.mark.once
@pytest.mark.django_db
def test_both_languages_name_the_same(told: list[Event]):
    """Whoever is named by what happened, such as the carrier of whom we claim, stands in the sentence of both languages."""
    found, own = set(), {"who", "subject", "under"}
    for known in told:
        event = Event(kind=known.kind, actor_name=known.actor_name, values=known.values, latin=known.latin | {"who": "Somebody Else"})
        names = {n: words for n, words in event.values.items() if isinstance(words, str) and words and n not in event.declared.codes}
        for name, words in names.items():
            latin = words if name in own else event.latin.get(name, words)
            with override("zh-hans"):
                is_named = words in event.sentence
            with override("en"):
                found |= {(event.kind, name)} if is_named and str(latin) not in event.sentence else set()
    assert not found, sorted(found)


@pytest.mark.once
@pytest.mark.django_db
def test_nothing_stays_in_the_language_of_who_did_it(told: list[Event]):
    """Codes become words for the reader: in Chinese no name, value or change of what happened in English is an English message."""
    with (ROOT / "boothline/locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        english = Messages(m.id for m in read_po(file) if m.id and isinstance(m.id, str) and m.id != m.string)
    found = set()
    with override("zh-hans"):
        for event in told:
            values = set(PLACEHOLDER.findall(str(event.declared.sentence))) & set(event.values)
            parts = [event.subject_name, event.under_name, *(event._shown(name, event.values[name]) for name in values)]
            parts += [part for change in event.shown_changes() for words in change for part in words.split("、")]
            parts = [part for part in parts if part != "English"]  # a language is called as it calls itself
            found |= {(event.kind, part) for part in parts if event.kind not in WRITTEN and english.has(part)}
            found |= {(event.kind, label) for label, _was, _now in event.shown_changes() if not re.search(r"[一-鿿]|\d", label)}
    assert not found, sorted(found)


class Messages:
    """The messages of a language, with whatever stands in their places."""

    def __init__(self, messages: Iterable[str]) -> None:
        pieces = [re.split(r"%\(\w+\)s", message) for message in messages]
        self.whole = {parts[0] for parts in pieces if len(parts) == 1}
        self.parted = [
            (parts[0], parts[-1], re.compile(".+".join(map(re.escape, parts)), re.S)) for parts in pieces if len("".join(parts)) > 6
        ]

    def has(self, words: str) -> bool:
        """Whether these words are one of them."""
        near = (pattern for begin, end, pattern in self.parted if words.startswith(begin) and words.endswith(end))
        return words in self.whole or any(pattern.fullmatch(words) for pattern in near)


@pytest.mark.once
@pytest.mark.django_db
def test_an_erasure_knows_what_it_takes_out(told: list[Event]):
    recorded: dict[str, set[str]] = {}
    for event in told:
        recorded.setdefault(event.kind, set()).update(event.values)
    for kind in KINDS.values():
        assert set(kind.erases) <= recorded[kind.code], f"{kind.code} erases what it never records"


@pytest.mark.once
@pytest.mark.django_db
def test_an_erasure_takes_out_what_people_wrote_and_who_they_are(told: list[Event]):
    free = {"words", "reason", "to", "holder", "signed_by", "override"}
    coded = {"contracts.declined", *(kind.code for kind in KINDS.values() if "reason" in kind.codes)}  # their reason is one of a list
    for event in told:
        said = free & set(event.values) - ({"reason"} if event.kind in coded else set())
        assert said <= set(event.declared.erases), event.kind


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["2026-99-99", "2026-02-30", "1234-56-78\n", "٢٠٢٦-٠١-٠١", "%(who)s %s", "{0}", "10.500", "", "a" * 500])
def test_a_sentence_stands_whatever_was_typed(typed: str):
    """What people type is a value and never a format, a day or a number that breaks the page."""
    for kind in KINDS.values():
        values = dict.fromkeys(PLACEHOLDER.findall(str(kind.sentence)), typed)
        event = Event(kind=kind.code, actor_name="x", subject_name="y", values=values, changes={"note": [typed, typed]})
        assert isinstance(event.sentence, str)
        assert event.shown_changes()


def test_moves_name_a_type():
    assert {kind.moves for kind in KINDS.values()} <= {"", "visitor", "negotiating", "intending", "contract", "ordering"}


def test_every_kind_is_declared_by_its_own_room():
    for room in ROOMS:
        try:
            events = importlib.import_module(f"{room}.events")
        except ModuleNotFoundError:
            continue
        for name, kind in vars(events).items():
            if name.isupper() and hasattr(kind, "sentence"):
                assert kind.code.split(".")[0] == room.split(".")[1]


# Hearing.


def test_there_is_no_ring_of_hearing():
    """From a kind to every kind that is recorded because somebody heard it: never back to itself."""
    leads: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for kind, hearers in hearing._now.items():
        for hear in hearers:
            leads[kind] |= code().records_in_the_end((hear.__module__, hear.__name__))
    for hear, wants in hearing._later.values():
        then = code().records_in_the_end((hear.__module__, hear.__name__))
        for kind in KINDS.values():
            leads[kind.code] |= then if wants(kind) else set()
    for kind in KINDS.values():  # customers hears every kind that moves, at the end of the operation
        leads[kind.code] |= {customers.TYPE_CHANGED.code} if kind.moves else set()
    assert leads["contracts.confirmed"] >= {"orders.opened"}  # the graph sees what is known
    for start, then in leads.items():
        seen, waiting = set(), list(then)
        while waiting:
            at = waiting.pop()
            if at not in seen:
                seen.add(at)
                waiting += leads[at]
        assert start not in seen, f"{start} comes back to itself"


def test_hearers_stand_above_or_beside_what_they_hear():
    floors = floor_of()
    for kind, hearers in hearing._now.items():
        for hear in hearers:
            assert floors[hear.__module__.split(".")[1]] >= floors[kind.split(".")[0]]


def test_the_name_of_a_listener_is_given_once(monkeypatch: pytest.MonkeyPatch):
    """It stands in the deliveries: two listeners under one name would hear in each other's place."""
    monkeypatch.setattr(hearing, "_later", dict(hearing._later))
    name, (hear, _wants) = next(iter(hearing._later.items()))
    hearing.every_later(hear, name=name, wants=lambda kind: False)  # the same one again, as at a second start
    with pytest.raises(ValueError, match=name):
        hearing.every_later(lambda event: None, name=name, wants=lambda kind: False)


# Records.


FREE_TEXT = (CharField, TextField, JSONField, FileField, GenericIPAddressField)


def records() -> list[type[Model]]:
    return [m for m in apps.get_models() if m.__module__.startswith("boothline.")]


@pytest.mark.parametrize("model", records(), ids=lambda m: m._meta.label)
def test_every_free_text_field_says_why_it_is_kept(model: type[Model]):
    fields = {f.name for f in model._meta.get_fields() if getattr(f, "concrete", False) and not f.is_relation}
    tagged = getattr(model, "privacy", {})
    assert not [name for name in fields if name not in tagged and isinstance(model._meta.get_field(name), FREE_TEXT)]
    assert set(getattr(model, "privacy", {})) <= {f.name for f in model._meta.get_fields()}, "a tag for a field that is not there"


def once_of(model: type[Model]) -> set[str]:
    """Of which customer, contact or key account there may be one row only."""
    named = {name for rule in model._meta.constraints if isinstance(rule, UniqueConstraint) for name in rule.fields}
    keys = [f for f in model._meta.concrete_fields if isinstance(f, ForeignKey) and f.related_model in (Customer, Contact, KeyAccount)]
    return {f.name for f in keys if f.unique or f.name in named}


@pytest.mark.parametrize("model", [m for m in records() if once_of(m)], ids=lambda m: m._meta.label)
def test_what_there_is_once_of_a_customer_or_a_contact_says_what_a_merge_makes_of_two(model: type[Model]):
    rule = rule_of(model)
    settled = rule.stays_behind or rule.is_counted or rule.settles or rule.yields
    assert settled or model is Expansion, "what the one that goes had is lost, unsaid"  # of two open requests one is ended first


def test_rings_are_looked_for_in_every_room():
    law = configparser.ConfigParser()
    law.read(ROOT / "importlinter.ini")
    rooms = law["importlinter:contract:no-rings"]["ancestors"].split()
    assert sorted(rooms) == sorted(f"boothline.{room}" for room in floor_of())


@pytest.mark.parametrize("room", ROOMS)
def test_the_index_names_every_record_of_its_room(room: str):
    ours = sorted(m.__name__ for m in records() if m.__module__.startswith(room + "."))
    try:
        index = importlib.import_module(f"{room}.models")
    except ModuleNotFoundError:
        assert not ours
        return
    assert sorted(index.__all__) == list(index.__all__) == ours


def floor_of() -> dict[str, int]:
    """{room: floor}, as the import contract has it."""
    contract = configparser.ConfigParser()
    contract.read(ROOT / "importlinter.ini")
    layers = contract["importlinter:contract:floors"]["layers"].strip().split("\n")
    return {room.strip(): floor for floor, rooms in enumerate(reversed(layers)) for room in rooms.split("|")}


@pytest.mark.parametrize("model", records(), ids=lambda m: m._meta.label)
def test_a_key_into_another_room_points_down_and_tells_nobody(model: type[Model]):
    """String keys and reverse names are what the import contract cannot see."""
    floors = floor_of()
    room = model.__module__.split(".")[1]
    for field in model._meta.get_fields():
        if isinstance(field, (ForeignKey, ManyToManyField)):
            there = field.related_model.__module__.split(".")[1]
            if there != room:
                assert floors[there] < floors[room], f"{field} points up"
                assert (field.remote_field.related_name or "").endswith("+"), f"{field} can be looked up from below"


# The start.


@pytest.mark.once
def test_the_web_server_starts_light(tmp_path: Path):
    """Heavy libraries come with their first use, not with the start."""
    heavy = ["pypinyin", "holidays", "typst", "xlsxwriter", "PIL", "vobject"]
    ask = "import sys, boothline.config.wsgi, boothline.config.urls; print(sorted(set(sys.argv[1].split()) & set(sys.modules)))"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "BOOTHLINE_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "boothline.config.settings"}
    env.pop("DATABASE_URL", None)
    done = subprocess.run([sys.executable, "-c", ask, " ".join(heavy)], env=env, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == "[]"


# The checks bite: a fault is planted in a copy, and the check that should see it does.


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package, its contracts and its tools, without what is built."""
    left_out = shutil.ignore_patterns("assets", "__pycache__", "node_modules", "*.mo", "*.pyc")
    for name in ("boothline", "tools", "frontend/styles"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=left_out)
    for name in ("importlinter.ini", "babel.cfg"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def run(copy: Path, *command: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(copy), "COLUMNS": "200"}
    return subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True, check=False)


def lint_imports(copy: Path) -> subprocess.CompletedProcess[str]:
    beside = Path(sys.executable).parent / "lint-imports"
    return run(copy, str(beside), "--config", "importlinter.ini", "--no-cache")


def plant(path: Path, line: str, *, at_end: bool = False) -> None:
    text = path.read_text("utf-8")
    path.write_text(text + line + "\n" if at_end else line + "\n" + text, "utf-8")


@pytest.mark.once
def test_planted_imports_are_caught(copy: Path):
    """An upward import, a page in a rule, the kit in a rule, a ring: each breaks its contract; so does a room without a floor."""
    planted = {
        "Imports go down the floors": ("customers/ladder.py", "from boothline.orders import events as up"),
        "Pages are for addresses": ("orders/goods.py", "from boothline.orders.pages import orders as page"),
        "The page kit is for pages": ("orders/goods.py", "from boothline.ui import kit"),
        "No rings inside a room": ("orders/register.py", "from boothline.orders import shipments"),
    }
    clean = lint_imports(copy)
    assert clean.returncode == 0 and not [contract for contract in planted if f"{contract} BROKEN" in clean.stdout]
    for file, line in planted.values():
        plant(copy / "boothline" / file, line, at_end=True)
    done = lint_imports(copy)
    assert done.returncode != 0
    assert not [contract for contract in planted if f"{contract} BROKEN" not in done.stdout], done.stdout
    (copy / "boothline/attic").mkdir()
    (copy / "boothline/attic/__init__.py").touch()
    done = lint_imports(copy)
    assert done.returncode != 0 and "attic" in done.stdout + done.stderr


@pytest.mark.once
def test_planted_lines_are_caught(copy: Path):
    """Each where it stands; and the tree without them passes."""
    planted = [
        ("boothline/ui/jinja2/ui/list.html", '<p style="color:red">x</p>', "inline style"),
        ("boothline/ui/jinja2/ui/base.html", '<p onclick="x()">x</p>', "inline script"),
        ("boothline/ui/jinja2/ui/form.html", "<script>x()</script>", "inline script"),
        ("boothline/ui/jinja2/ui/stale.html", "{{ words|safe }}", "unescaped text"),
        ("boothline/ui/jinja2/ui/failure.html", "<p>成交,恭喜</p>", "half-width punctuation"),
        ("boothline/orders/goods.py", 'x = Order.objects.raw("SELECT 1")', "raw SQL"),
        ("boothline/orders/claim.py", "from django.utils.safestring import mark_safe", "unsafe"),
        ("boothline/orders/holds.py", 'x = Sum("amount")', "bare decimal sum"),
        ("frontend/styles/base.css", "p{color:#123456}", "raw colour"),
    ]
    clean = run(copy, sys.executable, "tools/lint.py")
    assert clean.returncode == 0, clean.stderr
    for file, line, _finding in planted:
        assert (copy / file).exists()
        plant(copy / file, line, at_end=True)
    done = run(copy, sys.executable, "tools/lint.py")
    assert done.returncode == 1
    for file, _line, finding in planted:
        assert [said for said in done.stderr.splitlines() if f"{file}:" in said and finding in said], (file, finding)


@pytest.mark.once
def test_planted_words_are_caught(copy: Path):
    """Half-width punctuation, a banned word, a lost placeholder, a message without its Chinese: each is named."""
    catalogue = copy / "boothline/locale/zh_Hans/LC_MESSAGES/django.po"
    text = catalogue.read_text("utf-8")

    def give(message: str, words: str) -> None:
        nonlocal text
        found = re.search(rf'msgid "{re.escape(message)}"\nmsgstr "[^"]*"', text)
        assert found, message
        text = text.replace(found.group(), f'msgid "{message}"\nmsgstr "{words}"')

    give("Sign in", "登录,现在")
    give("Not allowed", "操作失败")
    give("Order %(number)s", "订单")
    give("Nothing here", "")
    catalogue.write_text(text, "utf-8")
    done = run(copy, sys.executable, "tools/messages.py", "check")
    assert done.returncode == 1
    for finding in (
        "half-width punctuation: '登录,现在'",
        "banned word 操作失败",
        "placeholders differ: 'Order %(number)s'",
        "no Chinese: 'Nothing here'",
    ):
        assert finding in done.stderr, done.stderr
