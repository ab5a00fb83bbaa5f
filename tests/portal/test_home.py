"""The customer's first page: whichever link brought them, what waits for them, and all that they have with us."""

import re
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from boothline.billing.announced import Told, announce
from boothline.billing.books import Instalment
from boothline.billing.gates import waiting
from boothline.contracts.agreement import prepare
from boothline.contracts.establishment import send
from boothline.contracts.evidence import hand_device
from boothline.core import clock
from boothline.core.clock import day_words
from boothline.core.money import money_words
from boothline.customers.card import Consent, Contact, Customer, Person, add_people
from boothline.intentions.expansion import Proposed, prepare_expansion, send_expansion
from boothline.negotiation.briefing import brief, make_link
from boothline.orders.problems import Report, report, write
from boothline.orders.shipments import plan
from tests.checksum import checksum
from tests.portal.guest import Guest, link_of

pytestmark = pytest.mark.django_db


def shown(world, customer: Customer, contact: Contact | None = None) -> Guest:
    """They open the link of a briefing."""
    contact = contact or customer.contacts.first()
    briefing = brief(customer, by=world.mei, products=[world.products["PN60"]], contact=contact, channel="link")
    return Guest(urlsplit(make_link(briefing, by=world.mei)).path)


def own(guest: Guest, part: str = "") -> str:
    """An address behind their link."""
    return "/".join([*guest.seen[-1].split("/")[:3], part])


def leads_to(guest: Guest) -> set[str]:
    """Where the page leads, without the link's own part."""
    mine = own(guest)
    return {part.removeprefix(mine) for part in guest.text.split('"') if part.startswith(mine)}


def at_home(guest: Guest) -> set[str]:
    """The first page, by the link that every page has."""
    assert "home/" in leads_to(guest)
    guest.open(own(guest, "home/"))
    return leads_to(guest)


def test_any_link_shows_all_that_this_person_has_with_us(world, sent):
    order = world.opened()
    customer, contact = order.customer, order.customer.contacts.first()
    Consent.objects.create(contact=contact, purpose="follow_up", how="spoken")
    shipment = sent(order, 10)
    items = [Proposed(world.products["TR20"], Decimal(10))]
    proposal = send_expansion(prepare_expansion(customer, by=world.mei, kind="related", items=items), by=world.mei, contact=contact)
    problem = report(order, by=world.haoran, told=Report("papers", "缺箱单"))
    write(problem, by=world.haoran, words="哪一箱？", asks=True)
    guest = shown(world, customer)
    before = checksum()
    led = at_home(guest)
    assert checksum() == before  # a mail program that follows it opens nothing
    assert {f"orders/{order.number}/", f"shipments/{shipment.number}/arrival/", f"problems/{problem.number}/"} <= led
    assert {f"expansions/{proposal.pk}/", "money/", "complaints/new/"} <= led and any(one.startswith("briefings/") for one in led)
    waits = guest.text.split("</section>")[0]
    assert f"签收 {shipment.number}" not in waits and "在途，预计" in guest.text  # nobody signs in the minute in which it leaves
    for asked in (f"回答我们的问题 {problem.number}", "答复我们的提议", "告诉我们您想要哪些产品"):
        assert asked in waits, asked
    for address in led - {"language/"}:
        guest.open(own(guest, address))
        assert guest.page.status_code == 200, address
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        for page in ("home/", f"orders/{order.number}/"):
            guest.open(own(guest, page))
            assert f"签收 {shipment.number}" in guest.text.split("</section>")[0]


def test_two_contracts_of_one_signatory_each_begin_with_their_own_first_page(world):
    order = world.ordered(world.take())
    second = prepare(world.intend(order.customer), by=world.mei)
    request = send(second.newest, by=world.mei)
    guest = Guest(link_of(order.confirmation.request))
    assert f"contracts/{second.number}/" in at_home(guest) and f"答复合同 {second.number}" in guest.text
    guest.open(own(guest, f"contracts/{second.number}/"))
    request.refresh_from_db()
    assert request.state == "sent" and second.number in guest.text and order.contract.number not in guest.text
    guest.send("opening")
    request.refresh_from_db()
    assert request.state == "opened" and "confirmation" in guest.forms()


def test_a_colleague_sees_the_companys_orders_and_not_what_was_sent_to_somebody_else(world):
    order = world.ordered(world.take())
    theirs = shown(world, order.customer)
    second = prepare(world.intend(order.customer), by=world.mei)
    send(second.newest, by=world.mei)
    colleague = add_people([Person(name="李娜", customer=order.customer, emails=["li.na@guangsu.example"])], by=world.mei)[0]
    led = at_home(shown(world, order.customer, colleague))
    assert f"orders/{order.number}/" in led and not any(one.startswith("contracts/") for one in led)
    briefings = {one for one in led if one.startswith("briefings/")}
    assert len(briefings) == 1 and not briefings & at_home(theirs)


def test_another_company_sees_nothing_of_it(world, sent):
    order = world.opened()
    shipment = sent(order, 10)
    guest = shown(world, world.take("北光有限公司", "王芳", emails=["wang@beiguang.example"], phones=["13900002047"]))
    at_home(guest)
    assert order.number not in guest.text and shipment.number not in guest.text and "王芳" in guest.text


def test_what_is_to_be_paid_waits_with_its_sum_and_its_day(world):
    """Home and order page name the deposit from the confirmation on, and the way to the account; once its day has come, as due; told as
    paid, no more."""
    order = world.ordered(world.take(), is_paid=False)
    deposit = Instalment.objects.get(order=order, kind="deposit")
    guest, sum_ = shown(world, order.customer), money_words(deposit.amount, order.currency)
    at_home(guest)
    for page in ("home/", f"orders/{order.number}/"):
        guest.open(own(guest, page))
        waits = guest.text.split("</section>")[0]
        assert f"订单 {order.number} 待付款：{sum_}" in waits and str(deposit.due_on.day) in waits and "没有等您" not in waits
    assert "付款账户" in waits and 'money/#bank"' in waits
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        guest.open(own(guest, "home/"))
        assert f"订单 {order.number} 有款项到期：{sum_}" in guest.text
    announce(
        order.customer, by=world.guest(order.confirmation.request), told=Told(deposit.amount, order.currency, clock.today(), order=order)
    )
    guest.open(own(guest, "home/"))
    assert sum_ not in guest.text


def test_goods_that_wait_for_money_say_so_to_the_customer(world):
    """A shipment of the next days for which money is missing: home and order page say how much, the order page which shipment."""
    order = world.ordered(world.take(), is_paid=False)
    line = order.lines.first()
    part = plan(order, by=world.haoran, quantities={line.pk: line.due}, planned_on=clock.today() + timedelta(days=2))
    missing = dict(waiting(order))[part]
    assert missing.is_held
    guest, sum_ = shown(world, order.customer), money_words(missing.amount, order.currency)
    at_home(guest)
    assert (
        f"订单 {order.number} 的货等您付款后发出：{sum_}" in (first := guest.text.split("</section>")[0])
        and day_words(part.planned_on) in first
    )
    guest.open(own(guest, f"orders/{order.number}/"))
    assert part.number in guest.text and f"{sum_} 到账后发出" in guest.text
    guest.open(own(guest, "money/"))
    assert part.number in guest.text and f"{sum_} 到账后发出" in guest.text, "whatever day the schedule says"


def test_our_own_device_shows_the_contract_that_it_was_handed_over_with(world):
    request = world.sent(world.take())
    guest = Guest(urlsplit(hand_device(request.version, by=world.mei)).path)
    assert "confirmation" in guest.forms() and "home/" not in leads_to(guest)


def test_the_first_page_takes_the_same_number_of_queries_for_many_orders(world, sent):
    order = world.opened()
    sent(order, 4)
    guest = shown(world, order.customer)
    at_home(guest)
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as queries:
            guest.open(guest.seen[-1])
        counts.append(len(queries))
        for _n in range(2):
            sent(world.opened(order.customer), 4)
    assert counts[0] == counts[1]


def test_a_shipment_that_is_planned_says_its_day(world):
    """As a person reads it: no tags."""
    order = world.opened(deposit_percent=Decimal(0))
    quantities = {line.pk: Decimal(5) for line in order.lines.all()}
    plan(order, by=world.haoran, quantities=quantities, planned_on=clock.today() + timedelta(days=3))
    guest = shown(world, order.customer)
    at_home(guest)
    guest.open(own(guest, f"orders/{order.number}/"))
    assert "&lt;time" not in guest.text and re.search(r"计划 ?<time datetime=\"[^>]*>[^<]*</time> ?出货", guest.text)
