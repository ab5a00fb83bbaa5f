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
        from django.db.models import Min

        from boothline.customers.card import Customer
        from boothline.customers.ladder import TypeChange, unsettled
        from boothline.customers.lists import TYPES
        from boothline.followups.steps import NextStep
        from boothline.orders.register import Order, counts, order_state
        from boothline.search.index import SOURCES, differences

        assert not unsettled().exists(), "a stored type differs from the derived one"
        for order in Order.objects.all():
            assert {line.pk: (line.packed, line.shipped, line.goods_ready) for line in order.lines.all()} == counts(order)
            assert order.state == order_state(order)
            assert order.total == sum(line.amount for line in order.lines.all())
        deepest: dict[int, int] = {}
        for pk, now in TypeChange.objects.values_list("customer_id", "now"):
            deepest[pk] = max(deepest.get(pk, 0), TYPES.index(now))
        assert dict(Customer.objects.filter(furthest__gt=0).values_list("pk", "furthest")) == {k: n for k, n in deepest.items() if n}
        nearest = dict(NextStep.objects.open().values_list("customer_id").annotate(Min("due_on")))
        for customer in Customer.objects.all():
            assert customer.next_step_on == nearest.get(customer.pk)
        for source in SOURCES.values():
            ids = list(source.model._default_manager.values_list("pk", flat=True))
            assert not differences(source.kind, ids), f"the search index has a {source.kind} otherwise than it is"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "no_recount: leaves the database in a state that is not ours")


LONG = ("tests/crash/", "tests/suites/test_forms", "tests/test_permissions", "tests/portal/", "tests/exchange/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, so that no process waits for one of them at the end; a browser last: it leaves its event loop behind."""
    found = {start: place for place, start in enumerate((*LONG, "", "tests/browser/"))}
    items.sort(key=lambda item: max((len(start), place) for start, place in found.items() if item.nodeid.startswith(start))[1])
