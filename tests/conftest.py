"""What every test stands on; and what is asked after every test that touched the database: do kept answers equal a recount?"""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def client_of(client: Client):
    def sign_in(user) -> Client:
        fresh = Client()
        fresh.force_login(user)
        return fresh

    return sign_in


@pytest.fixture(autouse=True)
def kept_equals_recount(request: pytest.FixtureRequest):
    """After every test that wrote: what is kept beside the facts is what they add up to."""
    written = False

    def watch(execute, sql, params, many, context):
        nonlocal written
        written = written or sql.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield
    marked = request.node.get_closest_marker("django_db")
    elsewhere = "transactional_db" in request.fixturenames or (marked and marked.kwargs.get("transaction"))  # threads write, too
    has_database = marked or {"db", "transactional_db", "world"} & set(request.fixturenames)
    if has_database and (written or elsewhere) and "no_recount" not in request.keywords:
        from tests.recount import recount

        recount()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "once: asks no database, so that one round of the suite is enough")
    config.addinivalue_line("markers", "no_recount: leaves the database in a state that is not ours")


LONG = ("tests/crash/", "tests/suites/test_forms", "tests/test_permissions", "tests/portal/", "tests/exchange/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, so that no process waits for one of them at the end; a browser last: it leaves its event loop behind."""
    found = {start: place for place, start in enumerate((*LONG, "", "tests/browser/"))}
    items.sort(key=lambda item: max((len(start), place) for start, place in found.items() if item.nodeid.startswith(start))[1])
