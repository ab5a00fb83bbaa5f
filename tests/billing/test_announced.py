"""6.7(2): a payment that the customer announces with the bank slip; announced, never paid before the money is there."""

from decimal import Decimal as D

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from boothline.billing.announced import Announcement, Told, announce, set_aside
from boothline.billing.books import Account, Receipt
from boothline.billing.panel import asked_of_contact
from boothline.billing.receipts import Sent, allocate, receive, void_receipt
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed
from boothline.files.attachments import Attachment
from boothline.links.grants import grant, mint
from boothline.orders.register import Order
from boothline.orders.splits import merge, split
from boothline.radar.facts import known
from boothline.timeline.models import Event
from tests.pictures import jpeg
from tests.portal.guest import Guest
from tests.refusals import refused

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 slip %%EOF"


@pytest.fixture
def order(world):
    """Owes 1,000."""
    return world.opened()


@pytest.fixture
def guest(order):
    return visit(order)


def visit(order) -> Guest:
    held = grant(order.customer.contacts.first(), by=SYSTEM, subject=order, purpose="order")
    guest = Guest()
    guest.open(mint(held, by=SYSTEM).split("://", 1)[1].split("/", 1)[1].join(["/", ""]))
    guest.money = reverse("portal-money", args=[held.pk])
    guest.announce = reverse("portal-announcement", args=[held.pk])
    return guest


def told(order, amount="300", **more) -> Announcement:
    return announce(order.customer, by=SYSTEM, told=Told(D(amount), "CNY", clock.today(), order=order, **more))


def typed(of, **more):
    return {"amount": "300", "currency": "CNY", "paid_on": clock.today().isoformat(), "order": of.number, "note": "尾号 6222"} | more


def test_the_customer_announces_with_the_slip_and_it_is_not_paid(order, guest):
    guest.open(guest.announce)
    guest.post(guest.announce, typed(order, slip=SimpleUploadedFile("水单.pdf", PDF, "application/pdf")))
    made = Announcement.objects.get()
    assert (made.amount, made.state, made.contact_id) == (300, "announced", order.customer.contacts.first().pk)
    slip = Attachment.objects.of(made).get()
    assert (slip.kind, slip.visibility, slip.name) == ("paper", "customer", "水单.pdf")
    assert Account.objects.get(order=order).paid == 0 and not Receipt.objects.exists()
    assert "水单.pdf" in guest.text and guest.seen[-1] == guest.money
    assert Event.objects.get(kind="billing.announced").under_id == order.customer_id
    answer = guest.browser.get(reverse("portal-slip", args=[guest.money.split("/")[2], slip.pk]))
    assert b"".join(answer.streaming_content) == PDF and answer["Content-Disposition"].startswith("attachment")


def test_pressed_twice_the_first_stands_with_both_slips(order, guest):
    guest.post(guest.announce, typed(order))
    guest.post(guest.announce, typed(order, slip=SimpleUploadedFile("水单.jpg", jpeg(), "image/jpeg")))
    guest.post(guest.announce, typed(order, slip=SimpleUploadedFile("水单.jpg", jpeg(), "image/jpeg")))
    assert Attachment.objects.of(Announcement.objects.get()).count() == 1
    assert Event.objects.filter(kind="billing.announced").count() == 1


@pytest.mark.parametrize(("field", "value", "words"), [
    ("slip", SimpleUploadedFile("slip.exe", b"MZ"), "图片"),
    ("slip", SimpleUploadedFile("cut.pdf", b"%PDF-1.4 cut"), "图片"),
    ("amount", "three hundred", "金额"),
    ("amount", "-5", "金额"),
    ("amount", "1.005", "小数"),
    ("paid_on", "", "日期"),
    ("paid_on", "2099-01-01", "水单"),
    ("currency", "XYZ", "列表"),
    ("order", "SO-9999", "列表"),
])  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(order, guest, field, value, words):
    guest.post(guest.announce, typed(order, **{field: value}))
    assert guest.page.status_code == 422
    assert f'id="wrong_{field}"' in guest.text and words in guest.text.split(f'id="wrong_{field}"')[1][:400]
    assert 'value="尾号 6222"' in guest.text
    assert not Announcement.objects.exists() and not Attachment.objects.filter(owner_kind="announcement").exists()


def test_amount_and_day_are_told_at_once(order, guest):
    guest.post(guest.announce, typed(order, amount="", paid_on=""))
    assert 'id="wrong_amount"' in guest.text and 'id="wrong_paid_on"' in guest.text


def test_another_customer_sees_nothing_of_it(world, order, guest):
    guest.post(guest.announce, typed(order, slip=SimpleUploadedFile("水单.pdf", PDF, "application/pdf")))
    slip = Attachment.objects.of(Announcement.objects.get()).get()
    other = visit(world.opened(world.take("别家灯饰", "王强")))
    assert "水单.pdf" not in other.open(other.money).content.decode()
    assert other.browser.get(reverse("portal-slip", args=[other.money.split("/")[2], slip.pk])).status_code == 404
    other.post(other.announce, typed(order))
    assert other.page.status_code == 422 and Announcement.objects.count() == 1


def test_the_house_reads_the_slip_and_records_the_receipt_from_it(world, order, guest, client_of):
    guest.post(guest.announce, typed(order, slip=SimpleUploadedFile("水单.jpg", jpeg(), "image/jpeg")))
    made, client = Announcement.objects.get(), client_of(world.users["haoran"])
    at = reverse("announcement", args=[made.pk])
    slip = reverse("file", args=[Attachment.objects.of(made).get().pk])
    for shown in (reverse("order", args=[order.number]), reverse("customer", args=[order.customer_id]), reverse("announcements")):
        assert at in client.get(shown).content.decode(), shown
    assert reverse("announcements") in client.get(reverse("receipts")).content.decode()
    page = client.get(at).content.decode()
    form = f"{reverse('receipt-new', args=[order.customer_id])}?announced={made.pk}"
    assert form in page and slip in page and client.get(slip).status_code == 200
    page = client.get(form).content.decode()
    assert slip in page and 'value="300.00"' in page and 'value="尾号 6222"' in page
    answer = client.post(form, {
        "sent": "300", "bank_currency": "CNY", "charges": "20", "borne_by": "customer", "received_on": clock.today().isoformat(),
        "order": order.number, "reference": "尾号 6222",
    })  # fmt: skip
    receipt = Receipt.objects.get()
    assert answer["Location"] == reverse("receipt", args=[receipt.pk]) and receipt.amount == 280
    assert Announcement.objects.get().state == "in" and not Announcement.objects.open().exists()
    assert slip in client.get(answer["Location"]).content.decode()
    assert at not in client.get(reverse("announcements")).content.decode()


def test_what_comes_by_another_way_is_known_by_its_amount(world, order):
    first, second = told(order), told(order, note="again", amount="200")
    receipt = world.pays(order, 300)
    assert [one.state for one in Announcement.objects.order_by("id")] == ["in", "announced"]
    void_receipt(receipt, by=world.haoran, reason="登错了客户")
    assert set(Announcement.objects.open()) == {first, second}
    world.pays(order, 300)
    assert Announcement.objects.get(pk=first.pk).state == "in"


def asked(order) -> list[tuple[str, D]]:
    """What the customer is asked to pay, of which order."""
    return [(one.order.number, one.amount) for one in asked_of_contact(order.customer.contacts.first())]


@pytest.fixture
def both(world):
    """Two orders of one customer that are to leave soon and may be merged: they owe 1,000 and 500."""
    first = world.opened(days=8)
    return first, world.opened_like(first, lines="5x100", days=8)


def merged(world, order, other) -> Order:
    return merge(order, by=world.haoran, other=other, reason="客户要一起发货")


def test_what_they_say_they_paid_goes_along_with_an_order_that_is_merged(world, both, client_of):
    """500 were sent for the second order: they are not asked for again, and the clerk's form proposes the order that has its goods."""
    first, second = both
    made = told(second, "500")
    assert asked(first) == [(first.number, 1000)]
    merged(world, first, second)
    made.refresh_from_db()
    assert made.order == first and asked(first) == [(first.number, 1000)]
    page = client_of(world.users["haoran"]).get(f"{reverse('receipt-new', args=[first.customer_id])}?announced={made.pk}").content.decode()
    assert f'value="{first.number}" selected' in page and f'value="{second.number}"' not in page


def test_money_for_an_order_that_was_merged_is_booked_where_its_goods_are(world, both):
    """The slip names the number that the customer knows."""
    first, second = both
    merged(world, first, second)
    made = receive(first.customer, by=world.haoran, slip=Sent(D(500), clock.today()), order=second)
    assert made.rest == 0 and Account.objects.get(order=first).paid == 500
    waits = receive(first.customer, by=world.haoran, slip=Sent(D(1000), clock.today(), currency="USD", rate=D("0.14")))
    with refused("nothing_open"):
        allocate(waits, by=world.haoran, order=second)


def test_what_was_sent_in_another_currency_is_not_taken_off_as_if_it_were_the_orders(world):
    """900 CNY for an order in dollars: at which rate they count is known once they are in."""
    order = world.opened(days=8, currency="USD")
    was = asked(order)
    assert was == [(order.number, 1000)]
    told(order, "900")
    assert asked(order) == was
    announce(order.customer, by=SYSTEM, told=Told(D(900), "USD", clock.today(), order=order))
    assert asked(order) == [(order.number, 100)]


def test_what_was_sent_for_no_order_by_name_is_taken_off_what_is_due_first(world, both):
    """1,200 for two orders of 1,000 and 500; 100 of another currency are no part of it."""
    first, second = both
    announce(first.customer, by=SYSTEM, told=Told(D(1200), "CNY", clock.today()))
    announce(first.customer, by=SYSTEM, told=Told(D(100), "USD", clock.today()))
    assert asked(first) == [(second.number, 300)]
    contact = first.customer.contacts.first()
    assert [one.amount for one in asked_of_contact(contact, second)] == [300] and not asked_of_contact(contact, first)
    told(second, "300")
    assert asked(first) == []


def test_set_aside_with_a_reason_that_the_customer_reads(world, order, guest):
    made = told(order)
    with pytest.raises(NotAllowed):
        set_aside(made, by=world.mei, reason="重复告知了")
    with refused(field="reason"):
        set_aside(made, by=world.haoran, reason="")
    set_aside(made, by=world.haoran, reason="重复告知了")
    assert set_aside(made, by=world.haoran, reason="再按一次按钮").set_aside_reason == "重复告知了"
    assert "重复告知了" in guest.open(guest.money).content.decode()
    assert Event.objects.filter(kind="billing.announcement_set_aside").count() == 1
    world.pays(order, 300)
    assert Announcement.objects.get().state == "set_aside"
    done = told(order, "50")
    world.pays(order, 50)
    with refused("in"):
        set_aside(done, by=world.haoran, reason="重复告知了")


def test_a_guest_speaks_for_their_own_company_alone(world, order):
    strange = world.take("别家灯饰", "王强")
    guest = world.guest(world.sent(strange))
    with pytest.raises(NotAllowed):
        announce(order.customer, by=guest, told=Told(D(5), "CNY", clock.today()))
    with pytest.raises(NotAllowed):
        announce(order.customer, by=world.haoran, told=Told(D(5), "CNY", clock.today()))


def test_the_one_order_that_is_open_is_proposed_before_what_is_paid(world, order, guest):
    """A second order, paid in full and newer: the form names the open one, with what is due of it."""
    paid = world.opened(order.customer)
    world.pays(paid)
    text = guest.open(guest.announce).content.decode()
    assert f'value="{order.number}" selected' in text and 'value="300.00"' in text
    assert text.index(f'value="{order.number}"') < text.index(f'value="{paid.number}"')


def test_money_for_an_order_answers_what_was_said_of_it(world, order):
    """300 said of A and 300 of B; 300 come for B: of A they are still to come, and nothing of it is asked for again."""
    other = world.opened(order.customer, days=3)
    of_a, of_b = told(order), told(other)
    receive(order.customer, by=SYSTEM, slip=Sent(D(300), clock.today()), order=other)
    of_a.refresh_from_db(), of_b.refresh_from_db()
    assert (of_a.state, of_b.state) == ("announced", "in")


def test_money_for_another_order_is_another_payment(world, order):
    other = world.opened(order.customer, days=3)
    made, unnamed = told(order), announce(order.customer, by=SYSTEM, told=Told(D(300), "CNY", clock.today()))
    receive(order.customer, by=SYSTEM, slip=Sent(D(300), clock.today()), order=other)
    made.refresh_from_db(), unnamed.refresh_from_db()
    assert (made.state, unnamed.state) == ("announced", "in")


def test_money_for_an_order_that_went_into_another_answers_what_was_said_of_it(world, order):
    other = world.opened_like(order)
    made = told(order)
    merge(other, by=world.haoran, other=order, reason="一起发货")
    receive(order.customer, by=SYSTEM, slip=Sent(D(300), clock.today()), order=Order.objects.get(pk=order.pk))
    made.refresh_from_db()
    assert made.state == "in"


def test_what_was_said_of_an_order_counts_for_what_is_split_off_it(world):
    """1,000 are said to be sent for 10 pieces; 4 of them go on as another order, and of these 2 as a third: nothing is asked for again."""
    order = world.opened(lines="10x100", days=3)
    contact = order.confirmation.contact
    told(order, "900")
    new = split(order, by=world.haoran, quantities={order.lines.get().pk: D(4)}, reason="客户要分开提货")
    third = split(new, by=world.haoran, quantities={new.lines.get().pk: D(2)}, reason="客户要分开提货")
    assert [(one.order, one.amount) for one in asked_of_contact(contact)] == [(third, 100)]
    facts = known(list(Order.objects.select_related("customer__owner").filter(pk=new.pk)))
    assert facts[new.pk].said_paid_on == clock.today()
