"""303 on paper: numbered, valid for thirty days, printed before everything is known; each sending is a touch."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
import time_machine
from django.utils import timezone, translation

from boothline.approvals.approval import approve, refuse
from boothline.catalogue.products import edit_variant
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.dealings import price_memory
from boothline.files.models import Attachment
from boothline.followups.models import NextStep, Touch
from boothline.followups.steps import Plan
from boothline.intentions.models import Intention, Quotation
from boothline.intentions.products import Wish, add_line, edit_line, lose
from boothline.intentions.quotation import _more, _rows, ask_approval, expire_all, quote, send_quotation
from boothline.links.grants import mint
from boothline.messaging.models import Letter
from boothline.timeline.models import Event
from boothline.visitors.solicitation import Person, Taken, take
from tests.checksum import checksum
from tests.portal.guest import Guest

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def intention(world):
    return world.intend(world.take(), complete=False)


def test_printed_at_any_time(world, intention):
    with pytest.raises(NotAllowed):
        quote(intention, by=world.kevin)
    made = quote(intention, by=world.mei)
    assert (made.number, made.total, made.state) == ("Q-0001", Decimal("1200.00"), "draft")
    assert made.valid_until == clock.today() + timedelta(days=30)
    assert {p.name for p in Attachment.objects.of(made)} == {"Q-0001 中文.pdf", "Q-0001 English.pdf"}
    before = checksum()
    assert quote(intention, by=world.mei) == made
    assert checksum() == before, "nothing changed: the one that was not sent is the answer"
    add_line(intention, by=world.mei, wish=Wish(special="定制支架"))
    second = quote(intention, by=world.mei)
    assert (second.number, second.total) == ("Q-0002", None), "a line without an amount: no total"


def test_sending_is_a_touch_with_a_next_step(world, intention):
    made = quote(intention, by=world.mei)
    contact = intention.customer.contacts.first()
    with pytest.raises(Refused):
        send_quotation(made, by=world.mei, contact=contact, channel="mail")
    step = Plan(intention.customer, "问报价单", clock.today() + timedelta(days=3))
    send_quotation(made, by=world.mei, contact=contact, channel="mail", next_step=step)
    assert (Quotation.objects.get().state, Touch.objects.get().channel) == ("sent", "mail")
    assert Touch.objects.get().words == "Q-0001", "what is kept reads the same in every language"
    assert NextStep.objects.filter(what="问报价单").exists()
    assert Event.objects.get(kind="intentions.quotation_sent").values["to"] == "张伟"
    letter = Letter.objects.get()
    guest = Guest(urlsplit(mint(letter.grant, by=SYSTEM)).path)
    assert "Q-0001" in guest.text and "¥1,200.00" in guest.text
    paper = guest.browser.get(f"/c/{letter.grant_id}/quotations/Q-0001/")
    assert paper["Content-Type"] == "application/pdf"
    assert guest.browser.get(f"/c/{letter.grant_id}/quotations/Q-0002/").status_code == 404


@pytest.mark.parametrize("channel", ["mail", "wechat"])
def test_its_prices_are_remembered_from_the_day_on_which_it_is_sent_or_handed_over(world, intention, channel):
    """6.7.3: each sending is a touch with price memory. What was printed only, nobody was quoted."""
    variant = world.products["TR20"].variants.first()

    def memory():
        known = price_memory(intention.customer, [(variant.product, variant)])[variant.product_id, variant.pk]
        return [(d.kind, d.price, d.on, d.who) for d in known]

    made, line = quote(intention, by=world.mei), intention.lines.get(variant=variant)
    assert memory() == []
    edit_line(line, by=world.mei, revision=line.revision, values={"price": Decimal(95)})
    newer, contact = quote(intention, by=world.mei), intention.customer.contacts.first()
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        sent_on = clock.today()
        send_quotation(newer, by=world.heyuan, contact=contact, channel=channel, step_holds=True)
        assert memory() == [("quotation", 95, sent_on, "Heyuan")]
    with time_machine.travel(timezone.now() + timedelta(days=5), tick=False):
        send_quotation(newer, by=world.mei, contact=contact, channel=channel, step_holds=True)
        assert memory() == [("quotation", 95, sent_on, "Heyuan")], "the same prices, told once more"
    assert Quotation.objects.get(pk=made.pk).state == "draft"


def test_who_sends_a_quotation_has_kept_the_promise_of_one(world):
    """And of nothing else."""
    person = Person(name="李四", company="青山照明", emails=["li@qingshan.example"])
    customer = take(Taken(person=person, promised=["catalogue", "quote"]), by=world.mei, fair=world.fair).customer
    made, contact = quote(world.intend(customer), by=world.mei), customer.contacts.first()
    step = Plan(customer, "问报价单", clock.today() + timedelta(days=3))
    send_quotation(made, by=world.mei, contact=contact, channel="mail", next_step=step)
    assert {step.words for step in NextStep.objects.open().filter(customer=customer)} == {"send the catalogue", "问报价单"}


def test_below_a_floor_price_a_second_person_is_asked(world, intention, client_of):
    """Floor 60, quoted 5."""
    variant = world.products["TR20"].variants.first()
    edit_variant(variant, by=SYSTEM, revision=variant.revision, values={"floor": Decimal(60)}, steps=[])
    line = intention.lines.first()
    edit_line(line, by=world.mei, revision=line.revision, values={"price": Decimal(5)})
    made, contact = quote(intention, by=world.mei), intention.customer.contacts.first()

    def send(code: str) -> str:
        before = checksum()
        with pytest.raises(Refused) as refused:
            send_quotation(made, by=world.mei, contact=contact, channel="mail", step_holds=True)
        assert refused.value.code == code and checksum() == before
        return str(refused.value.words)

    assert "Unit price of TR20-1 below its floor price: CN¥5.00" in send("needs_approval")
    mei = client_of(world.users["mei"])
    assert "/quotations/Q-0001/approval/" in mei.get("/quotations/Q-0001/").content.decode()
    mei.post("/quotations/Q-0001/approval/")
    assert "Heyuan" in send("in_approval")
    approval = ask_approval(made, by=world.mei)
    assert approval.address == "/quotations/Q-0001/" and "250" in approval.comes_to
    refuse(approval, by=world.heyuan, reason="太低了")
    send("needs_approval")
    approve(ask_approval(made, by=world.mei), by=world.heyuan)
    page = mei.get("/quotations/Q-0001/").content.decode()
    assert "/quotations/Q-0001/sending/" in page and "Heyuan" in page
    assert send_quotation(made, by=world.mei, contact=contact, channel="mail", step_holds=True).state == "sent"
    with pytest.raises(Refused) as needless:
        ask_approval(made, by=world.mei)
    assert needless.value.code == "not_needed"
    edit_line(line, by=world.mei, revision=line.revision + 1, values={"price": Decimal(6)})
    made = quote(intention, by=world.mei)
    send("needs_approval")  # another quotation is asked for anew


def test_over_after_thirty_days(world, intention):
    made = quote(intention, by=world.mei)
    contact = intention.customer.contacts.first()
    send_quotation(made, by=world.mei, contact=contact, channel="wechat", step_holds=True)
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        assert expire_all() == 0
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert expire_all() == 1 and expire_all() == 0
        with pytest.raises(Refused, match="valid until"):
            send_quotation(Quotation.objects.get(), by=world.mei, contact=contact, channel="wechat", step_holds=True)
    assert Quotation.objects.get().state == "expired"


def test_nothing_to_quote(world, intention):
    lose(intention, by=world.mei, reason="买了别家")
    with pytest.raises(Refused):
        quote(intention, by=world.mei)


def test_the_minimum_is_said_in_the_reader_s_unit(world, intention):
    row = dataclasses.replace(_rows(intention)[0], minimum=Decimal(100), unit="只")
    with translation.override("en"):
        assert "minimum 100 pcs" in _more(row)


def test_a_won_intention_says_nothing_of_chances_and_promises(world, client_of):
    order = world.ordered(world.take())
    won = Intention.objects.get(customer=order.customer)
    assert won.state == "won"
    page = client_of(world.users["mei"]).get(f"/intentions/{won.pk}/").content.decode()
    assert "成交概率" not in page and "probability" not in page and "promised" not in page and "only" not in page


def test_what_they_do_not_want_any_more_is_not_sent(world, intention):
    made, contact = quote(intention, by=world.mei), intention.customer.contacts.first()
    lose(intention, by=world.mei, reason="不要了")
    with pytest.raises(Refused) as refused:
        send_quotation(made, by=world.mei, contact=contact, channel="mail", next_step=Plan(intention.customer, "电话回访", clock.today()))
    assert refused.value.code == "not_open" and not Letter.objects.exists()
