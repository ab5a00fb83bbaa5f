"""What a page about one record costs, in queries besides session, person and unread notices; it does not grow with the record."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import boothline.config.urls  # noqa: F401  (declares every page)
from boothline.accounts.models import User
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.customers.card import Person, add_people
from boothline.followups.steps import Plan
from boothline.followups.touches import log_touch
from boothline.intentions.models import Intention
from boothline.intentions.requirements import ask_for
from boothline.negotiation.briefing import brief
from boothline.negotiation.objections import object_to
from boothline.orders.models import Order, OrderLine, Problem
from boothline.orders.problems import Report, report
from boothline.orders.problems import write as write_about
from boothline.orders.shipments import plan
from boothline.ui.kit import PAGES, ActionPage, DetailPage, FormPage
from tests.estate import Estate, intend
from tests.suites.lists import FRAME, _table
from tests.test_permissions import POLICY

pytestmark = [pytest.mark.django_db, pytest.mark.by_turns]
DETAILS = sorted(n for n, v in PAGES.items() if issubclass(v, DetailPage) and not issubclass(v, (FormPage, ActionPage)))


def queries(address: str, who: str = "mei") -> list[str]:
    client = Client()
    client.force_login(User.objects.get(username=who))
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return [q["sql"] for q in caught.captured_queries if "django_session" not in _table(q["sql"])]


LIMITS = {  # what each may cost; a page with more panels may cost more, and says so here
    # the customer's page hosts everybody: eleven panels, four sources of documents, marks of the people, the pin, the key account, and
    # whom the list has before and behind; each is one question, however long the customer's life; it recognises, which asks what was
    # learned; the fair's page has its exhibits, with who was shown them and who is interested, in three, and recognises who is
    # undecided, in ten; an order's page asks which orders it was split into or took in, what the customer calls the goods,
    # and what its history is about besides what stands on it
    "import": 2, "import-refused": 1, "approval": 20, "briefing": 10, "briefing-link": 4, "briefing-paper": 10, "briefing-show": 10, "capture": 10, "complaint": 8, "gift": 6, "key-account": 14, "playbook": 3, "plan-template": 3, "survey": 6, "survey-link": 4, "contract": 32, "contract-difference": 10, "credit": 12, "customer": 73, "customer-card": 21, "customer-move": 8, "exhibitor": 8, "expansion": 14, "expansion-link": 4, "dossier": 12, "fair": 30, "fair-report": 19, "fair-sign": 10, "intention": 11, "invitation": 8, "letter": 2, "letter-link": 2, "objection": 14, "order": 38, "person": 3, "problem": 15, "problem-link": 4, "product": 13, "purchase": 14, "variant-stock": 14, "questionnaire": 12, "quotation": 12, "receipt": 10, "announcement": 8, "request-link": 2, "shipment": 16, "shipment-packing-list": 9,
}  # fmt: skip


def test_every_detail_page_has_its_limit():
    assert set(LIMITS) == set(DETAILS)


@pytest.mark.parametrize("who", ["mei", "heyuan"])
@pytest.mark.parametrize("name", sorted(LIMITS))
def test_what_a_page_costs(name: str, who: str, estate: Estate):
    found = queries(
        reverse(name, args=[estate.keys["own"][POLICY[name][1]]]),
        "heyuan" if name in ("questionnaire", "approval", "fair-report", "import", "import-refused") else who,
    )
    own = [sql for sql in found if not FRAME.search(_table(sql))]
    assert len(own) <= LIMITS[name], f"{len(own)} queries\n" + "\n".join(own)


def grow(estate: Estate, n: int) -> None:
    """More of everything that hangs on the customer."""
    customer = estate.customers["own"]
    add_people([Person(name=f"同事{i}", customer=customer, phones=[f"1350000{i:04d}"]) for i in range(n)], by=SYSTEM)
    order = Order.objects.get(number=estate.keys["own"]["order"])
    line = order.lines.get(position=2)
    OrderLine.objects.filter(pk=line.pk).update(unit="m")  # five metres may leave in many parts
    for i in range(n):
        brief(customer, by=SYSTEM, products=list(estate.world.products.values()))
        object_to(customer, by=SYSTEM, reason="moq", words=f"第 {i} 次")
        intend(estate.world, customer)
        ask_for(Intention.objects.get(pk=estate.keys["own"]["intention"]), by=SYSTEM, kind="spec", words=f"第 {i} 条")
        step = Plan(customer, f"第 {i} 步", clock.today() + timedelta(days=i + 1))
        log_touch(customer, by=SYSTEM, channel="phone", words=f"第 {i} 次", next_step=step)
        write_about(Problem.objects.get(number=estate.keys["own"]["problem"]), by=SYSTEM, words=f"第 {i} 次")
        report(order, by=SYSTEM, told=Report("other", f"第 {i} 个问题"))
        plan(order, by=SYSTEM, quantities={line.pk: Decimal("0.1")}, planned_on=clock.today())


def test_a_page_costs_the_same_for_a_record_with_a_long_life(estate: Estate):
    names = ("customer", "order", "contract", "intention", "shipment", "problem")
    addresses = {name: reverse(name, args=[estate.keys["own"][POLICY[name][1]]]) for name in names}
    before = {name: len(queries(at)) for name, at in addresses.items()}
    with transaction.atomic():
        grow(estate, 12)
        after = {name: len(queries(at)) for name, at in addresses.items()}
        transaction.set_rollback(True)
    assert not {name: (before[name], after[name]) for name in names if after[name] > before[name]}
