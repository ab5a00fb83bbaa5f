"""What every test stands on; and what is asked after every test that touched the database: do kept answers equal a recount?"""

from __future__ import annotations

import pytest
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
    yield
    if {"db", "transactional_db", "world"} & set(request.fixturenames) and "no_recount" not in request.keywords:
        from tests.recount import recount

        recount()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "no_recount: leaves the database in a state that is not ours")


LONG = ("tests/crash/", "tests/suites/test_forms", "tests/test_permissions", "tests/portal/", "tests/exchange/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, so that no process waits for one of them at the end; a browser last: it leaves its event loop behind."""
    found = {start: place for place, start in enumerate((*LONG, "", "tests/browser/"))}
    items.sort(key=lambda item: max((len(start), place) for start, place in found.items() if item.nodeid.startswith(start))[1])
