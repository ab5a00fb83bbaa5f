"""The customer reads on in the other language: the same page, with what they have typed, without a script."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client

from boothline.accounts.company import company, edit_company
from boothline.care.complaints import Complaint
from boothline.care.surveys import propose as ask_them
from boothline.care.surveys import send as hand_out
from boothline.core.actors import SYSTEM
from boothline.customers.card import Person, add_people
from boothline.links.grants import grant, mint
from boothline.negotiation.briefing import brief
from boothline.orders.models import Arrival, Order, Problem
from boothline.orders.problems import Report, report, write
from boothline.orders.solutions import Offer, propose
from tests.portal.guest import Guest, grant_of, link_of
from tests.portal.test_business import at_the

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(world):
    return world.opened(world.take())


@pytest.fixture
def guest(order):
    return Guest(link_of(order.confirmation.request, order.confirmation.contact))


def at(guest: Guest, *parts: str) -> str:
    return "/".join([*guest.seen[-1].split("/")[:3], *parts, ""])


def speaks(guest: Guest) -> str:
    return guest.text.split('<html lang="')[1].split('"')[0]


def test_a_page_that_is_only_read_is_read_on(guest, order):
    for page in (at(guest, "orders", order.number), at(guest, "money"), at(guest, "contracts", order.contract.number)):
        for language, said in (("en", "en"), ("zh-hans", "zh-CN")):
            guest.open(page)
            guest.send("language", language=language)
            assert (guest.page.status_code, guest.seen[-1], speaks(guest)) == (200, page, said)


@pytest.mark.parametrize(
    "at", ["https://elsewhere.example/", "//elsewhere.example/", "/c/0/orders/", "/sign-in/", "", "/c/%s/" + "x" * 3000]
)
def test_it_leads_nowhere_else(guest, at):
    held = grant_of(guest).pk
    answer = guest.browser.post(f"/c/{held}/language/", {"language": "en", "at": at.replace("%s", str(held))})
    assert answer["Location"] == f"/c/{held}/"


def test_what_was_typed_into_a_form_stays_and_nothing_is_done(guest, order, sent):
    shipment = sent(order, 10, 5)
    line = order.lines.first()
    for page, typed in (
        (at(guest, "orders", order.number, "problems", "new"), {"kind": "damage", "line": line.pk, "quantity": "3", "words": "坏了三只"}),
        (at(guest, "complaints", "new"), {"kind": "suggestion", "order": order.number, "words": "包装太大"}),
        (at(guest, "shipments", shipment.number, "arrival"), {f"received_{line.pk}": "7", "words": "少三只", "signed_by": "小张"}),
    ):
        guest.open(page)
        guest.speak("en", **typed)
        assert (guest.page.status_code, guest.seen[-1], speaks(guest)) == (200, page, "en")
        kept = next(form for form in guest.forms().values() if set(typed) <= set(form.fields))
        assert {name: kept.fields[name] for name in typed} == {name: [str(value)] for name, value in typed.items()}
        guest.speak("zh-hans")
        kept = next(form for form in guest.forms().values() if set(typed) <= set(form.fields))
        assert speaks(guest) == "zh-CN" and [str(typed["words"])] == kept.fields["words"], "and back again"
    assert not (Problem.objects.exists() or Complaint.objects.exists() or Arrival.objects.exists())


def test_after_a_refused_press_it_is_the_same_page(world):
    asked = world.sent(world.take())
    guest = Guest(link_of(asked))
    guest.send("opening")
    page = guest.seen[-1]
    guest.send("confirmation", signed_by="张经理")
    assert guest.page.status_code == 422
    guest.speak("en")
    assert (guest.page.status_code, guest.seen[-1], speaks(guest)) == (200, page, "en") and 'value="张经理"' in guest.text
    for part in ("changes", "refusal", "signatory"):
        guest.open(f"{page}{part}/")
        typed = {"why" if part == "signatory" else "words": "再想想"} | ({"line_1": "要黑色"} if part == "changes" else {})
        guest.speak("zh-hans", **typed)
        assert (guest.seen[-1], speaks(guest)) == (f"{page}{part}/", "zh-CN") and "再想想" in guest.text
        assert part != "changes" or '<details class="mt12" open>' in guest.text, "what was typed is seen"
    assert not Order.objects.exists()


def test_everything_that_stands_on_a_page_of_several_answers_stays(world, guest, order):
    guest.open(at(guest, "orders", order.number, "problems", "new"))
    guest.send("", kind="invoice", line="all", words="抬头不对")
    problem, page = Problem.objects.get(), guest.seen[-1]
    write(problem, by=world.haoran, words="哪个抬头？", asks=True)
    propose(problem, by=world.haoran, offer=Offer("allowance", amount=50))
    guest.open(page)
    guest.speak("en", refusal="不要折让", words="请重开")
    assert (guest.seen[-1], speaks(guest)) == (page, "en") and "不要折让" in guest.text and "请重开" in guest.text
    guest.send("refusal", refusal="")
    assert guest.page.status_code == 422 and "请重开" in guest.text
    guest.speak("zh-hans")
    assert (guest.seen[-1], speaks(guest)) == (page, "zh-CN") and "请重开" in guest.text
    guest.send("refusal", refusal="不要折让")
    problem.refresh_from_db()
    assert problem.state == "in_work" and "请重开" not in guest.text


def test_a_proposal_keeps_what_was_chosen_and_asked(proposal):
    guest = at_the(proposal)
    guest.send("opening")
    page = guest.seen[-1]
    first, second = proposal.items.all()
    switched = {f"take_{second.pk}": [], f"quantity_{first.pk}": "120", "words": "Is it IP65?", "reason": "no_need", "why": "Next year"}
    guest.speak("zh-hans", **switched)
    form = guest.forms()["question"]
    assert (guest.seen[-1], speaks(guest)) == (page, "zh-CN")
    assert {name: form.fields.get(name, []) for name in switched} == {n: v if isinstance(v, list) else [v] for n, v in switched.items()}
    assert form.fields[f"take_{first.pk}"] == ["yes"] and proposal.state != "declined"


def test_a_survey_keeps_its_answers(world, order, guest):
    survey = ask_them(order.customer, by=world.mei, kind="delivery", occasion=order, contact=order.confirmation.contact)
    grant = hand_out(survey, by=world.mei, contact=survey.contact).grant
    guest = Guest(urlsplit(mint(grant, by=SYSTEM)).path)
    page = guest.seen[-1]
    guest.speak("en", overall="4", words="来得太晚")
    form = guest.forms()[""]
    assert (guest.seen[-1], speaks(guest), form.fields["overall"], form.fields["words"]) == (page, "en", ["4"], ["来得太晚"])


def test_a_briefing_keeps_what_is_wanted_and_asked(world):
    customer = world.take()
    shown = brief(customer, by=world.mei, products=list(world.products.values()), contact=customer.contacts.first(), channel="link")
    guest, item = Guest(urlsplit(mint(shown.grant, by=SYSTEM)).path), shown.items.first()
    page, typed = guest.seen[-1], {f"wanted_{item.pk}": "on", f"quantity_{item.pk}": "200", "words": "多久交货？", "why": "再想想"}
    guest.speak("en", **typed)
    form = guest.forms()["question"]
    assert (guest.seen[-1], speaks(guest), {n: form.fields[n] for n in typed}) == (page, "en", {n: [v] for n, v in typed.items()})
    guest.send("choice")
    item.refresh_from_db()
    assert item.quantity == 200


def test_a_link_that_opens_nothing_says_so_in_both_languages_and_whom_to_ask():
    edit_company(by=SYSTEM, revision=1, values={"phone": "+86 760 5550 0100", "email": "hello@minglan.example"})
    browser = Client()
    for address in ("/p/nothing/", "/c/7/orders/SO-0001/"):
        for language, said in (("en", "This link opens nothing"), ("zh-hans", "这个链接打不开")):
            answer = browser.get(f"{address}?speak={language}")
            page = answer.content.decode()
            assert answer.status_code == 404 and not answer.cookies and said in page
            assert 'href="tel:+8676055500100"' in page and 'href="mailto:hello@minglan.example"' in page
            assert 'href="?speak=zh-hans"' in page and 'href="?speak=en"' in page


def test_the_order_leads_back_to_its_contract_for_whoever_may_read_it(world, guest, order):
    contract = at(guest, "contracts", order.contract.number)
    guest.open(at(guest, "orders", order.number))
    assert f'href="{contract}"' in guest.text and guest.open(contract).status_code == 200
    problem = report(order, by=world.haoran, told=Report("invoice", "抬头不对"))
    (other,) = add_people([Person(name="李经理", emails=["li@guangsu.example"], customer=order.customer)], by=SYSTEM)
    held = grant(other, by=SYSTEM, subject=problem, purpose="problem")
    colleague = Guest(urlsplit(mint(held, by=SYSTEM)).path)
    colleague.open(at(colleague, "orders", order.number))
    assert colleague.page.status_code == 200 and "/contracts/" not in colleague.text and order.contract.number in colleague.text


def test_where_to_pay_is_read_in_the_readers_language(guest):
    """In English with the bank's English name and SWIFT code, where the company says them; else as it stands."""
    zh, en = "示例银行古镇支行 6222", "Sample Bank, SWIFT SAMPCNBJ, account 6222"

    def read(language: str) -> str:
        guest.open(at(guest, "money"))
        guest.send("language", language=language)
        return re.sub("</?span[^>]*>", "", guest.text)

    edit_company(by=SYSTEM, revision=company().revision, values={"bank": zh})
    assert zh in read("en")
    edit_company(by=SYSTEM, revision=company().revision, values={"bank_latin": en})
    assert en in read("en") and zh in read("zh-hans") and en not in guest.text
