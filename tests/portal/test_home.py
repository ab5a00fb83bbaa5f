"""The customer's first page: whichever link brought them, what waits for them, and all that they have with us."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from boothline.contracts.agreement import prepare
from boothline.contracts.establishment import send
from boothline.contracts.evidence import hand_device
from boothline.customers.card import Consent, Contact, Customer, Person, add_people
from boothline.intentions.expansion import Proposed, prepare_expansion, send_expansion
from boothline.negotiation.briefing import brief, make_link
from boothline.orders.problems import Report, report, write
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
    for asked in (f"签收 {shipment.number}", f"回答我们的问题 {problem.number}", "答复我们的提议", "告诉我们您想要哪些产品"):
        assert asked in waits, asked
    for address in led - {"language/"}:
        guest.open(own(guest, address))
        assert guest.page.status_code == 200, address


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


def test_what_is_to_be_paid_waits_once_its_day_has_come(world):
    order = world.ordered(world.take(), is_paid=False)
    guest = shown(world, order.customer)
    at_home(guest)
    assert f"订单 {order.number} 有款项到期" not in guest.text
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        guest.open(guest.seen[-1])
        assert f"订单 {order.number} 有款项到期" in guest.text


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
