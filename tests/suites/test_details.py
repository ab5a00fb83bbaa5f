"""What a page about one record costs, in queries besides session, person and unread notices; it does not grow with the record."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import signing
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import boothline.config.urls  # noqa: F401  (declares every page)
from boothline.accounts.models import User
from boothline.catalogue.products import Product, StepPrice, Variant, add_product
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.customers.card import Customer, Person, add_people, agree
from boothline.customers.dealings import Noted, note
from boothline.followups.steps import Plan
from boothline.followups.touches import log_touch
from boothline.intentions.expansion import Proposed, prepare_expansion, send_expansion
from boothline.intentions.models import Intention
from boothline.intentions.products import Wish, open_intention
from boothline.intentions.requirements import ask_for
from boothline.negotiation.briefing import brief
from boothline.negotiation.objections import object_to
from boothline.orders.models import Order, OrderLine, Problem
from boothline.orders.problems import Report, report
from boothline.orders.problems import write as write_about
from boothline.orders.shipments import plan
from boothline.portal.guests import SALT, _cookie
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
    # whom the list has before and behind, which bulk edits can be taken back; each is one question, however long the customer's life; it recognises, which asks what was
    # learned; the fair's page has its exhibits, with who was shown them and who is interested, in three, and recognises who is
    # undecided, in ten; an order's page asks which orders it was split into or took in, what the customer calls the goods,
    # and what its history is about besides what stands on it
    "import": 2, "import-refused": 1, "approval": 20, "briefing": 10, "briefing-link": 4, "briefing-paper": 10, "briefing-show": 10, "capture": 10, "complaint": 8, "gift": 6, "key-account": 14, "playbook": 3, "plan-template": 3, "survey": 6, "survey-link": 4, "contract": 32, "contract-difference": 10, "credit": 12, "customer": 74, "customer-card": 21, "customer-move": 8, "exhibitor": 8, "expansion": 14, "expansion-link": 4, "dossier": 12, "fair": 30, "fair-report": 19, "fair-sign": 10, "intention": 11, "invitation": 8, "letter": 2, "letter-link": 2, "objection": 14, "order": 38, "person": 3, "problem": 15, "problem-link": 4, "order-link": 4, "product": 13, "purchase": 14, "variant-stock": 14, "questionnaire": 12, "quotation": 12, "receipt": 10, "announcement": 8, "request-link": 2, "shipment": 16, "shipment-packing-list": 9,
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


def many_products(n: int) -> list[Product]:
    made = [{"sku": f"X{k}-1", "price": Decimal(10)} for k in range(n)]
    products = [add_product(by=SYSTEM, code=f"X{k}", name=f"灯{k}", variants=[made[k]]) for k in range(n)]
    StepPrice.objects.bulk_create(
        StepPrice(variant=variant, from_quantity=Decimal(100), price=Decimal(9)) for variant in Variant.objects.filter(product__in=products)
    )
    return products


def test_a_page_costs_the_same_for_two_products_and_for_twelve(estate: Estate):
    """Of staff and of the customer; each product has a step price, a requirement, a price."""
    world, products = estate.world, many_products(12)
    costs: dict[str, list[int]] = defaultdict(list)
    for n, name in ((2, "甲"), (12, "乙")):
        customer = world.take(company=f"{name}公司", name=f"{name}经理", emails=[f"{n}@firm.example"], phones=[f"1390000{n:04d}"])
        agree([(customer.contacts.get(), "follow_up")], by=world.mei, how="spoken")
        some = products[:n]
        wanted = open_intention(customer, by=world.mei, wishes=[Wish(product=p, quantity=Decimal(2), price=Decimal(9)) for p in some])
        for line in wanted.lines.all():
            ask_for(wanted, by=world.mei, kind="label", words=f"贴标 {line.pk}", line=line)
        contact = customer.contacts.get()
        shown = brief(customer, by=world.mei, products=some, contact=contact, channel="link")
        proposed = prepare_expansion(customer, by=world.mei, kind="newline", items=[Proposed(p) for p in products[-n:]])
        proposed = send_expansion(proposed, by=world.mei, contact=contact)
        pages = {
            "intention": wanted.pk,
            "briefing": shown.pk,
            "briefing-answer": shown.pk,
            "briefing-show": shown.pk,
            "briefing-paper": shown.pk,
            "expansion": proposed.pk,
        }
        for page, key in pages.items():
            costs[page].append(len(queries(reverse(page, args=[key]))))
        for page, record in (("portal-briefing", shown), ("portal-expansion", proposed)):
            costs[page].append(asked_by_guest(reverse(page, args=[record.grant_id, record.pk]), record.grant_id))
    assert not {page: found for page, found in costs.items() if found[1] > found[0]}


def test_a_page_costs_the_same_for_two_people_and_for_twelve_where_nobody_wrote_the_country(estate: Estate):
    """In which country they are, is asked of the numbers of all of them at once."""
    world, costs = estate.world, defaultdict(list)
    for n, name in ((2, "甲"), (12, "乙")):
        customer = world.take(company=f"{name}公司", name=f"{name}经理", emails=[f"{n}@firm.example"], phones=[f"1390000{n:04d}"])
        people = [Person(name=f"{name}{k}", customer=customer, phones=[f"136{n:04d}{k:04d}"]) for k in range(n)]
        add_people(people, by=SYSTEM)
        order = world.opened(customer, "10x100")
        world.pays(order)
        line = order.lines.get()
        OrderLine.objects.filter(pk=line.pk).update(unit="m")
        for _k in range(n):
            left = plan(order, by=SYSTEM, quantities={line.pk: Decimal("0.1")}, planned_on=clock.today())
        pages = {"dossier": customer.pk, "contract": order.confirmation.version.contract.number, "shipment": left.number}
        for page, key in pages.items():
            costs[page].append(len(queries(reverse(page, args=[key]))))
    assert not Customer.objects.get(pk=customer.pk).country
    assert not {page: found for page, found in costs.items() if found[1] > found[0]}


def test_proposing_costs_the_same_whether_they_bought_two_products_or_twelve(estate: Estate):
    world, products, asked = estate.world, many_products(12), []
    for n, name in ((2, "甲"), (12, "乙")):
        firms = [world.take(company=f"{name}{k}公司", name=f"{name}{k}", emails=[f"{n}.{k}@firm.example"], phones=[]) for k in range(3)]
        for customer in firms:
            note(customer, "order", customer, [Noted(p, p.variants.get(), Decimal(9), "CNY", Decimal(1)) for p in products[:n]], by=SYSTEM)
        asked.append(len(queries(reverse("expansion-new", args=[firms[0].pk]))))
    assert asked[1] <= asked[0], asked


def asked_by_guest(address: str, grant: int) -> int:
    client = Client()
    client.cookies.load({_cookie(grant): signing.dumps(grant, salt=SALT)})
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_proposing_and_showing_ask_the_same_for_two_products_and_for_twelve(estate: Estate):
    world = estate.world
    products, asked = many_products(12), []
    for n in (2, 12):
        customer = world.take(company=f"{n} 号公司", name=f"{n} 号经理", emails=[f"{n}@firm.example"], phones=[f"1390000{n:04d}"])
        with CaptureQueriesContext(connection) as proposing:
            prepare_expansion(customer, by=world.mei, kind="newline", items=[Proposed(p) for p in products[:n]])
        with CaptureQueriesContext(connection) as showing:
            brief(customer, by=world.mei, products=products[:n])
        asked.append((len(proposing), len(showing)))
    assert asked[0] == asked[1]
