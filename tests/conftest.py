"""What every test stands on; and what is asked after every test that touched the database: do kept answers equal a recount?"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import Max
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as looking
from xdist.scheduler import LoadFileScheduling

from boothline.billing.books import standing
from boothline.core import clock
from boothline.core.actors import Actor
from boothline.orders.goods import approve_line
from boothline.orders.models import Order, Shipment
from boothline.orders.shipments import pack, plan, release, ship
from boothline.timeline.history import Event
from tests import stages
from tests.estate import Estate, standing_estate
from tests.turns import TURN, is_ours, part_of
from tests.world import World, make_world

# what is slow on a busy machine is no fault, and the same commit is asked the same
looking.register_profile("boothline", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
looking.load_profile("boothline")

NO_FACTS = {
    "django_session",
    "accounts_user",
    "accounts_signin",
    "core_press",
    "views_look",
    "timeline_event",
    "timeline_delivery",
}  # by themselves
OWN_WAY = {"settings", "transactional_db", "django_capture_on_commit_callbacks"}


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture(scope="module")
def estate(django_db_setup: None, django_db_blocker: Any) -> Iterator[Estate]:
    """Every kind of record, of two customers; made once for all tests of a file, and what each of them does is rolled back within it."""
    with django_db_blocker.unblock(), standing_estate("own", "other") as made:
        yield made


@pytest.fixture
def client_of(client: Client):
    def sign_in(user) -> Client:
        fresh = Client()
        fresh.force_login(user)
        return fresh

    return sign_in


@pytest.fixture
def sent(world: World):
    """`sent(order, 8, 5)`: a shipment of so much of each line that has left; `None` makes the order."""

    def send(order: Order, *quantities: Any) -> Shipment:
        if standing(order).open:
            world.pays(order)
        for line in order.lines.filter(goods_ready=False):
            approve_line(line, by=world.haoran)
        wanted = {line.pk: Decimal(str(q)) for line, q in zip(order.lines.all(), quantities, strict=False) if q}
        made = plan(order, by=world.haoran, quantities=wanted, planned_on=clock.today())
        release(made, by=world.haoran)
        pack(made, by=world.haoran)
        return ship(made, by=world.haoran, carrier="恒达速运", tracking_number="HD1")

    return send


@pytest.fixture
def guest():
    """Whoever of the customer's people holds the link."""

    def of(order: Order) -> Actor:
        contact = order.confirmation.contact
        return Actor(kind="guest", id=contact.pk, name=contact.name, customer_id=order.customer_id)

    return of


@pytest.fixture(autouse=True)
def no_language_of_the_test_before():
    """A page that was asked for in another language leaves it to the thread; every test begins in the installation's own."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def kept_equals_recount(request: pytest.FixtureRequest):
    """After every test that wrote: what is kept beside the facts is what they add up to. Signing in is no such fact."""
    if not asks_database(request.node):
        yield
        return
    written: set[str] = set()
    last: list[int] = []  # the event before the first of this test

    def watch(execute, sql, params, many, context):
        if not stages.way.goes_back and (found := stages.WRITES.match(sql)):
            written.add(found[1])
            if found[1] == "timeline_event" and not last:
                known = stages.newest("timeline_event")
                last.append(known if known is not None else Event.objects.aggregate(last=Max("id"))["last"] or 0)
        return execute(sql, params, many, context)

    races = request.node.get_closest_marker("races")  # its threads start together, and from there it goes its own way
    is_usual = not (OWN_WAY - {"transactional_db"} if races else OWN_WAY) & set(request.fixturenames)
    patch = request.getfixturevalue("monkeypatch") if "monkeypatch" in request.fixturenames else None
    with connection.execute_wrapper(watch), stages.walking(patch, is_usual=is_usual):
        yield
    marked = request.node.get_closest_marker("django_db")
    elsewhere = "transactional_db" in request.fixturenames or (marked and marked.kwargs.get("transaction"))  # threads write, too
    if (elsewhere or written - NO_FACTS) and "no_recount" not in request.keywords:
        from tests.recount import recount

        recount() if elsewhere else recount(_touched(last[0]) if last else set(), written)


def _touched(last: int) -> set[int]:
    """The customers that events after the last one are about, or under."""
    told = Event.objects.filter(id__gt=last).values_list("subject_kind", "subject_id", "under_kind", "under_id")
    return {pk for row in told for kind, pk in (row[:2], row[2:]) if kind == "customer"}


def pytest_configure(config: pytest.Config) -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # a browser leaves its event loop behind, in which nothing of ours runs
    gc.set_threshold(50_000, 20, 100)  # what a test makes is soon gone; going through all that stays is a tenth of its time
    config.addinivalue_line("markers", "once: what it asks is not the database's to decide, so that one round of the suite is enough")
    config.addinivalue_line("markers", "by_turns(first or second): asked of many alike, of each on one of the databases, unless ODD=all")
    config.addinivalue_line("markers", "sampled(n): the same code answers for many alike; one in n of them is asked, unless ODD=all")
    config.addinivalue_line("markers", "spare: asked with ODD=all alone; its like is asked in every round")
    config.addinivalue_line("markers", "no_recount: leaves the database in a state that is not ours")
    if not hasattr(config, "workerinput"):  # its processes share what they make
        os.environ[stages.SHARED] = tempfile.mkdtemp(prefix="boothline-stages-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(stages.SHARED), ignore_errors=True)


class InOnePlace(LoadFileScheduling):
    """A file's tests run in one process; so do all that look at one demo in a browser, which then is made once."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/browser" if nodeid.startswith("tests/browser/") else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> InOnePlace:
    return InOnePlace(config, log)


LONG = (
    "tests/crash/test_races", "tests/browser/", "tests/crash/test_fault", "tests/crash/test_service", "tests/setup/", "tests/test_permissions", "tests/suites/test_forms",
    "tests/suites/test_lists", "tests/search/test_scan", "tests/portal/", "tests/exchange/",
)  # fmt: skip


ON_BOTH = (  # where the database decides: locks and races, deaths, exactly once, batches, search, tables and their copies
    "tests/core/", "tests/crash/", "tests/exchange/test_imports", "tests/search/test_scan", "tests/setup/", "tests/suites/test_machine",
    "tests/timeline/",
)  # fmt: skip
OWN_DATABASE = ("tests/crash/", "tests/setup/", "tests/browser/", "tests/config/")  # where tests make one besides that of the round


def asks_database(item: pytest.Item) -> bool:
    """Whether the database of the round is asked at all."""
    return bool(item.get_closest_marker("django_db") or {"db", "transactional_db", "world"} & set(getattr(item, "fixturenames", ())))


def is_asked_here(item: pytest.Item) -> bool:
    """Whether the round that runs asks it. tools/suite.py names the round where they are divided: a class or a file is asked in one round,
    since its tests share what they stand on. What asks no database, and all that is marked so, SQLite alone is asked."""
    sampled = item.get_closest_marker("sampled")
    if TURN and (item.get_closest_marker("spare") or (sampled and not part_of([item], item.nodeid, *sampled.args))):
        return False
    by_turns = item.get_closest_marker("by_turns")
    if TURN and by_turns:
        return TURN in by_turns.args if by_turns.args else is_ours((item.parent if isinstance(item.parent, pytest.Class) else item).nodeid)
    if item.get_closest_marker("once") or not (asks_database(item) or item.nodeid.startswith(OWN_DATABASE)):
        return not os.environ.get("DATABASE_URL")
    return item.nodeid.startswith((*ON_BOTH, *OWN_DATABASE)) or is_ours(item.nodeid.partition("::")[0])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long files first, so that no process waits for one of them at the end; else as Django orders them, what commits last."""
    config.hook.pytest_deselected(items=[item for item in items if not is_asked_here(item)])
    items[:] = filter(is_asked_here, items)
    found = {start: place for place, start in enumerate((*LONG, ""))}
    items.sort(key=lambda item: max((len(start), place) for start, place in found.items() if item.nodeid.startswith(start))[1])
