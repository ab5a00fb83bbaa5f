"""401: begins with interest, price for this customer, opening in two strengths, and the customer's answer on the page.

Examples 4 and 5 of the type's rule have their own words here.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
import time_machine
from django.utils import timezone

from boothline.catalogue.products import Step, add_variant, edit_variant, offer, retire
from boothline.contracts.establishment import ConfirmationRequest, decline, send, withdraw
from boothline.contracts.establishment import make_link as hand_over_link
from boothline.contracts.lapse import lapse_all as lapse_contracts
from boothline.contracts.lapse import reopen_lapsed
from boothline.contracts.models import Contract, Version
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import NotAllowed, Refused
from boothline.customers.card import Customer, edit_customer
from boothline.customers.dealings import Dealing, Noted, note
from boothline.followups.clocks import Clock
from boothline.followups.steps import NextStep, Plan, done
from boothline.followups.touches import log_touch
from boothline.intentions.products import Intention, IntentionLine, Wish, edit_line, lose, open_intention
from boothline.links.grants import grant, mint
from boothline.messaging.models import Letter
from boothline.negotiation.briefing import Briefing, Wanted, answer, brief, choose, make_link, turn_down
from boothline.negotiation.corrections import correct_answer
from boothline.negotiation.interest import interests_of
from boothline.negotiation.objections import close, object_to
from boothline.negotiation.prices import price_for
from boothline.negotiation.questions import ask_about
from boothline.negotiation.sheet import print_sheet, rows_of
from boothline.orders.changes import ChangeWish, LineWish, change
from boothline.orders.models import Order
from boothline.timeline.models import Event
from boothline.visitors.solicitation import Capture
from tests.portal.guest import Guest
from tests.refusals import refused
from tests.suites.paper import Form, filled, forms_of

pytestmark = pytest.mark.django_db


def type_of(customer: Customer) -> str:
    return Customer.objects.get(pk=customer.pk).type


@pytest.fixture
def customer(world) -> Customer:
    return world.take()


@pytest.fixture
def sent(world, customer) -> Briefing:
    return brief(customer, by=world.mei, products=list(world.products.values()), contact=customer.contacts.first(), channel="link")


def guest_of(briefing: Briefing) -> Actor:
    return Actor(kind="guest", id=briefing.contact_id, name="张伟", customer_id=briefing.customer_id)


def opened(briefing: Briefing) -> Guest:
    return Guest(urlsplit(mint(briefing.grant, by=SYSTEM)).path)


def test_example_4_link_sent_a_scanner_fetched_it_five_times(world, sent):
    """visitor"""
    link = urlsplit(mint(sent.grant, by=SYSTEM)).path
    events = Event.objects.count()
    for _n in range(5):
        assert Guest(link).page.status_code == 200
    sent.refresh_from_db()
    assert (sent.fetched, sent.acted_at, sent.is_only_sent, Event.objects.count()) == (5, None, True, events)
    assert type_of(sent.customer) == "visitor"


def test_a_link_that_nobody_opened_explains_nothing_when_an_objection_is_resolved(world, customer):
    """What was sent was not shown: no grade A by it. The answer that is awaited is one by word."""
    later = Plan(customer, "再联系", clock.today() + timedelta(days=5))
    log_touch(customer, by=world.mei, channel="phone", words="接通，聊了两句", next_step=later)
    sent = brief(customer, by=world.mei, products=list(world.products.values()), contact=customer.contacts.first(), channel="link")
    held = object_to(customer, by=world.mei, reason="price")
    assert held.briefing is None
    grade = Customer.objects.get().grade
    close(held, by=world.mei, outcome="resolved")
    sent.refresh_from_db()
    assert sent.is_only_sent and Customer.objects.get().grade == grade and type_of(customer) == "negotiating"
    assert [b.channel for b in Briefing.objects.pending()] == ["word"]
    close(object_to(customer, by=world.mei, reason="moq"), by=world.mei, outcome="resolved")
    assert Briefing.objects.pending().count() == 1, "it is awaited already"


def test_what_was_explained_before_a_link_is_the_ground_of_an_objection(world, customer):
    shown = brief(customer, by=world.mei, products=[world.products["TR20"]])
    brief(customer, by=world.mei, products=[world.products["PN60"]], contact=customer.contacts.first(), channel="link")
    answer(shown, by=world.mei, answer="not_interested")
    held = object_to(customer, by=world.mei, reason="price")
    close(held, by=world.mei, outcome="resolved")
    assert held.briefing == shown and list(Briefing.objects.pending()) == [shown]


def test_example_5_the_customer_presses_interested_in(world, sent):
    """negotiating; with a named product and quantity: intending"""
    item = sent.items.first()
    page = opened(sent)
    page.send("choice", **{f"wanted_{item.pk}": "on"})
    assert page.page.status_code == 200 and type_of(sent.customer) == "negotiating"
    page.send("choice", **{f"quantity_{item.pk}": "200"})
    assert page.page.status_code == 200 and type_of(sent.customer) == "intending"
    line = Intention.objects.get(customer=sent.customer).lines.get()
    assert (line.product, line.quantity, line.price) == (item.product, Decimal(200), item.price)
    kinds = set(Event.objects.about(sent).values_list("kind", flat=True))
    assert kinds >= {"negotiation.briefing_sent", "negotiation.chosen", "negotiation.answered"}
    assert choose(sent, by=guest_of(sent), wanted=[Wanted(item, Decimal(9))]).answer == "wants"
    assert Intention.objects.count() == 1, "pressed twice"


def test_the_customer_asks_and_the_owner_has_until_the_next_workday(world, sent):
    page = opened(sent)
    page.send("question", words="面板灯有 UL 认证吗？")
    assert page.page.status_code == 200 and type_of(sent.customer) == "negotiating"
    assert NextStep.objects.filter(customer=sent.customer, what__startswith="answer the question").get().owner == world.users["mei"]
    with pytest.raises(Refused):
        ask_about(sent, by=guest_of(sent), words=" ")


def test_one_step_for_all_that_they_ask_until_it_is_done(world, sent):
    def told() -> tuple[int, int]:
        return NextStep.objects.open().count(), Event.objects.about(sent).filter(kind="negotiation.asked").count()

    steps, _none = told()
    for words, counted in (("交期多久？", 1), ("交期多久？", 1), ("起订量呢？", 2), ("交期多久？", 2)):
        ask_about(sent, by=guest_of(sent), words=words)
        assert told() == (steps + 1, counted)
    done(NextStep.objects.open().latest("pk"), by=world.mei)
    ask_about(sent, by=guest_of(sent), words="交期多久？")
    assert told() == (steps + 1, 3), "asked again, it waits again"


def test_the_prices_are_not_for_booth_staff(world, client_of):
    customer = world.take(by=world.xiaoyu)
    shown = brief(customer, by=SYSTEM, products=[world.products["TR20"]])
    booth, manager = client_of(world.users["xiaoyu"]), client_of(world.users["heyuan"])
    for page in (f"/briefings/{shown.pk}/", f"/briefings/{shown.pk}/paper/"):
        assert (booth.get(page).status_code, manager.get(page).status_code) == (403, 200)
    page = f"/customers/{customer.pk}/"
    assert (
        f"/briefings/{shown.pk}/" not in booth.get(page).content.decode()
        and f"/briefings/{shown.pk}/" in manager.get(page).content.decode()
    )


def test_the_customer_is_not_interested(world, sent):
    page = opened(sent)
    page.send("refusal", why="已有供应商")
    sent.refresh_from_db()
    assert (sent.answer, type_of(sent.customer)) == ("not_interested", "visitor")
    assert turn_down(sent, by=guest_of(sent)).answer == "not_interested"
    with pytest.raises(Refused, match="不感兴趣"):
        choose(sent, by=guest_of(sent), wanted=[Wanted(sent.items.first())])


def test_a_wrong_quantity_is_named_and_nothing_is_lost(world, sent):
    item = sent.items.first()
    page = opened(sent)
    page.send("choice", **{f"quantity_{item.pk}": "很多"})
    assert page.page.status_code == 422 and "很多" in page.text and type_of(sent.customer) == "visitor"
    field = page.text.split(f'name="quantity_{item.pk}"')[1][:400]
    assert 'aria-invalid="true"' in field and "数量填数字，例如 200。" in field, "at the product that it is about"
    assert page.text.count("数量填数字，例如 200。") == 1 and "还没有提交" in page.text


def test_another_company_sees_nothing(world, sent):
    other = world.take(company="另一家", name="李四", emails=["li@other.example"], phones=["13900009999"])
    theirs = brief(other, by=world.mei, products=[world.products["TR20"]], contact=other.contacts.first(), channel="link")
    page = opened(sent)
    held = sent.grant.pk
    assert page.open(f"/c/{held}/briefings/{theirs.pk}/").status_code == 404
    with pytest.raises(NotAllowed):
        choose(theirs, by=guest_of(sent), wanted=[Wanted(theirs.items.first())])


def test_it_begins_with_what_is_intended_asked_for_and_ticked(world):
    track, panel = world.products["TR20"], world.products["PN60"]
    customer = world.take(company="光源", name="王五", emails=[], phones=["13900001111"])
    Capture.objects.get(customer=customer).interest.add(panel)
    assert [(i.product, [str(s) for s in i.sources]) for i in interests_of(customer)] == [(panel, ["采集时勾选"])]
    intention = world.intend(customer)
    found = interests_of(customer)
    assert {i.product: i.quantity for i in found} == {track: Decimal(10), panel: Decimal(5)}
    assert len(found[1].sources) == 2 or len(found[0].sources) == 2
    lose(intention, by=world.mei, reason="不要了")
    assert [i.product for i in interests_of(customer)] == [panel]


def test_the_price_for_this_customer(world, customer):
    variant = world.products["TR20"].variants.first()
    assert (price_for(customer, variant).price, price_for(customer, variant).kind) == (Decimal("68.5"), "list")
    variant = edit_variant(
        variant, by=SYSTEM, revision=variant.revision, values={"floor": Decimal(62)},
        steps=[Step(Decimal(500), Decimal(64)), Step(Decimal(1000), Decimal(60))],
    )  # fmt: skip
    assert (price_for(customer, variant, Decimal(600)).price, price_for(customer, variant, Decimal(600)).kind) == (Decimal(64), "step")
    assert price_for(customer, variant, Decimal(1000)).price is None, "below the floor price nothing is shown"
    for price, currency, shown in ((63, "CNY", 63), (61, "CNY", None), (9, "USD", 9), (8, "USD", None)):  # 62.00 CNY are 8.73 USD
        note(customer, "order", customer, [Noted(variant.product, variant, Decimal(price), currency)], by=world.mei)
        found = price_for(customer, variant, Decimal(600))
        assert (found.price, found.currency, found.kind) == (shown, currency, "agreed"), "agreed before the floor price was what it is"


def test_only_what_an_order_holds_is_agreed(world, customer):
    """Merely sent, lapsed, or declined as a change, a price was offered and agreed by nobody; remembered, it is struck through."""
    variant = world.products["TR20"].variants.first()

    def remembered() -> list[tuple[str, Decimal, bool]]:
        found = Dealing.objects.filter(customer=customer, variant=variant, kind__in=("contract", "order")).order_by("id")
        return [(d.kind, d.price, d.is_live) for d in found]

    request = world.sent(customer)
    assert price_for(customer, variant).kind == "list"
    withdraw(request, by=world.mei, reason="价格要重算")
    with time_machine.travel(timezone.now() + timedelta(days=120), tick=False):
        assert lapse_contracts() == 1
        assert (price_for(customer, variant).kind, remembered()) == ("list", [("contract", Decimal(100), False)])
        reopen_lapsed(Contract.objects.get(), by=world.mei)
    assert remembered() == [("contract", Decimal(100), True)]
    world.confirm(ConfirmationRequest.objects.for_list().get(pk=send(Version.objects.get(), by=world.mei).pk))
    assert (price_for(customer, variant).price, price_for(customer, variant).kind) == (Decimal(100), "agreed")
    line = Order.objects.get().lines.first()
    dearer = change(
        Order.objects.get(), by=world.haoran, wish=ChangeWish((LineWish(line, Decimal(14), Decimal(130)),), reason="客户来信要求")
    )
    request = ConfirmationRequest.objects.for_list().get(pk=send(dearer, by=world.mei).pk)
    decline(request, by=Actor(kind="guest", id=request.signatory_id, name="张伟", customer_id=customer.pk), reason="price", words="太贵")
    assert (price_for(customer, variant).price, Contract.objects.get().state) == (Decimal(100), "agreed")
    assert remembered() == [("contract", Decimal(100), True), ("order", Decimal(100), True), ("contract", Decimal(130), False)]


def test_what_a_discount_left_is_the_agreed_price_and_a_gift_is_none(world, customer):
    variant = world.products["TR20"].variants.first()
    for discount, price in ((5, 57), (100, 57)):
        note(customer, "order", customer, [Noted(variant.product, variant, Decimal(60), "CNY", discount=Decimal(discount))], by=world.mei)
        assert (price_for(customer, variant).price, price_for(customer, variant).kind) == (price, "agreed")


def test_what_is_wanted_costs_what_so_many_cost(world, customer):
    """The list price was shown; from 500 pieces on they are cheaper."""
    variant = world.products["TR20"].variants.first()
    edit_variant(variant, by=SYSTEM, revision=variant.revision, values={}, steps=[Step(Decimal(500), Decimal(64))])
    briefing = brief(customer, by=world.mei, products=[variant.product], contact=customer.contacts.first(), channel="link")
    choose(briefing, by=guest_of(briefing), wanted=[Wanted(briefing.items.get(), Decimal(500))])
    assert IntentionLine.objects.get().price == 64 and briefing.items.get().price == Decimal("68.5")


def test_the_step_price_counts_whichever_variant_they_mean_where_all_cost_the_same(world, customer):
    """600 pcs of a product with two variants; another quantity later has its price as well."""
    variant = world.products["TR20"].variants.first()
    edit_variant(variant, by=SYSTEM, revision=variant.revision, values={}, steps=[Step(Decimal(500), Decimal(64))])
    add_variant(variant.product, by=SYSTEM, sku="TR20-W", price=variant.price, steps=[Step(Decimal(500), Decimal(64))])
    shown = brief(customer, by=world.mei, products=[variant.product], contact=customer.contacts.first(), channel="link")
    choose(shown, by=guest_of(shown), wanted=[Wanted(shown.items.get(), Decimal(600))])
    line = IntentionLine.objects.get()
    assert (line.variant, line.price) == (None, Decimal(64))
    edit_line(line, by=world.mei, revision=line.revision, values={"quantity": Decimal(300)})
    assert IntentionLine.objects.get().price == variant.price


def test_variants_with_steps_of_their_own_keep_the_price_that_was_shown(world, customer):
    variant = world.products["TR20"].variants.first()
    edit_variant(variant, by=SYSTEM, revision=variant.revision, values={}, steps=[Step(Decimal(500), Decimal(64))])
    add_variant(variant.product, by=SYSTEM, sku="TR20-W", price=variant.price)
    shown = brief(customer, by=world.mei, products=[variant.product], contact=customer.contacts.first(), channel="link")
    choose(shown, by=guest_of(shown), wanted=[Wanted(shown.items.get(), Decimal(600))])
    assert (IntentionLine.objects.get().variant, IntentionLine.objects.get().price) == (None, variant.price)


def test_no_step_below_the_floor_price_is_shown(world, customer):
    variant = world.products["TR20"].variants.first()
    steps = [Step(Decimal(500), Decimal(64)), Step(Decimal(1000), Decimal(60))]
    edit_variant(variant, by=SYSTEM, revision=variant.revision, values={"floor": Decimal(62)}, steps=steps)
    row = rows_of(brief(customer, by=world.mei, products=[world.products["TR20"]]), "zh")[0]
    assert len(row.steps) == 1 and "60" not in row.steps[0]


def test_a_link_by_hand(world, customer):
    shown = brief(customer, by=world.mei, products=[world.products["TR20"]], contact=customer.contacts.first(), channel="tablet")
    assert type_of(customer) == "negotiating" and "/p/" in make_link(shown, by=world.mei)
    nobody = brief(customer, by=world.mei, products=[world.products["TR20"]])
    with pytest.raises(Refused):
        make_link(nobody, by=world.mei)
    with pytest.raises(Refused):
        brief(customer, by=world.mei, products=[world.products["TR20"]], channel="link")
    assert grant(customer.contacts.first(), by=SYSTEM, subject=shown, purpose="briefing").is_open


def test_the_sheet_prints(world, sent):
    assert print_sheet(sent, "zh-hans").startswith(b"%PDF")


def test_what_is_retired_is_neither_shown_nor_intended(world, customer):
    product = world.products["TR20"]
    before = Briefing.objects.count(), Intention.objects.count()
    retire(product, by=SYSTEM)
    with pytest.raises(Refused) as shown:
        brief(customer, by=world.mei, products=[product])
    with pytest.raises(Refused) as wanted:
        open_intention(customer, by=world.mei, wishes=[Wish(product=product)])
    assert {shown.value.code, wanted.value.code} == {"retired"}
    assert (Briefing.objects.count(), Intention.objects.count()) == before
    offer(product, by=SYSTEM)
    product.refresh_from_db()
    assert open_intention(customer, by=world.mei, wishes=[Wish(product=product)]).lines.count() == 1


def test_what_is_retired_while_a_link_runs_cannot_be_chosen_there_and_the_rest_can(world, sent):
    track, panel = (sent.items.get(product__code=code) for code in ("TR20", "PN60"))
    page = opened(sent)
    retire(panel.product, by=SYSTEM)
    page.send("choice", **{f"wanted_{panel.pk}": "on", f"quantity_{panel.pk}": "3"})
    assert page.page.status_code == 422 and "已停售" in page.text and type_of(sent.customer) == "visitor"
    assert "这款产品已停售。" in page.text and f"wanted_{panel.pk}" not in page.text and f"wanted_{track.pk}" in page.text
    page.send("choice", **{f"wanted_{track.pk}": "on", f"quantity_{track.pk}": "3"})
    assert page.page.status_code == 200 and type_of(sent.customer) == "intending"
    assert [line.product for line in IntentionLine.objects.all()] == [track.product]


def answering(page, shown: Briefing) -> Form:
    return next(form for form in forms_of(page.get(f"/briefings/{shown.pk}/answer/").content) if "answer" in form.choices)


def test_a_wrong_answer_is_taken_back_or_changed_with_history(world, customer, client_of):
    """By whoever noted it, or a manager: pending again, then wanted after all."""
    shown = brief(customer, by=world.mei, products=list(world.products.values()))
    answer(shown, by=world.mei, answer="not_interested")
    page = client_of(world.users["mei"])
    assert "更正客户的答复" in page.get(f"/briefings/{shown.pk}/").content.decode()
    form = answering(page, shown)
    said = page.post(f"/briefings/{shown.pk}/answer/", filled(form, answer="pending", words="记错了客户"))
    shown.refresh_from_db()
    assert (said.status_code, shown.answer, shown.answered_at, type_of(customer)) == (302, "pending", None, "negotiating")
    answer(shown, by=world.mei, answer="not_interested")
    item = shown.items.first()
    correct_answer(shown, by=world.heyuan, words="客户其实想要", now="wants", wanted=[item])
    assert type_of(customer) == "intending" and str(Intention.objects.get()) == str(item.product)
    told = Event.objects.about(shown).filter(kind="negotiation.answer_corrected").order_by("id")
    assert [(e.values["was"], e.values["answer"], e.values["words"]) for e in told] == [
        ("not_interested", "pending", "记错了客户"), ("not_interested", "wants", "客户其实想要"),
    ]  # fmt: skip


def test_what_was_built_on_an_answer_stands_in_the_way(world, customer):
    """An intention until it is lost, one in a contract for good, an objection until it is closed. Nothing of it is removed."""
    shown = brief(customer, by=world.mei, products=list(world.products.values()))
    answer(shown, by=world.mei, answer="wants", wanted=[shown.items.first()])
    with pytest.raises(Refused, match="轨道射灯"):
        correct_answer(shown, by=world.mei, words="记错了客户")
    intention = Intention.objects.get()
    assert intention.state == "open"
    lose(intention, by=world.mei, reason="答复记错了")
    assert correct_answer(shown, by=world.mei, words="记错了客户").answer == "pending"
    assert correct_answer(shown, by=world.mei, words="记错了客户").answer == "pending"  # pressed twice
    answer(shown, by=world.mei, answer="not_interested")
    object_to(customer, by=world.mei, reason="price")
    with pytest.raises(Refused, match="价格"):
        correct_answer(shown, by=world.mei, words="记错了客户")


def test_whose_answer_it_is_to_correct(world, sent):
    """Not a colleague's, and not what the customer pressed."""
    shown = brief(sent.customer, by=world.mei, products=list(world.products.values()))
    answer(shown, by=world.heyuan, answer="not_interested")
    with refused("not_own"):
        correct_answer(shown, by=world.mei, words="记错了客户")
    turn_down(sent, by=guest_of(sent))
    with refused("theirs"):
        correct_answer(sent, by=world.heyuan, words="记错了客户")


def test_an_answer_that_somebody_noted_meanwhile_is_not_overwritten(world, customer, client_of):
    """The form was opened while it was pending."""
    shown = brief(customer, by=world.mei, products=list(world.products.values()))
    page = client_of(world.users["mei"])
    form = answering(page, shown)
    answer(shown, by=world.heyuan, answer="not_interested")
    said = page.post(f"/briefings/{shown.pk}/answer/", filled(form, answer="wants", wanted=[shown.items.first().pk]))
    shown.refresh_from_db()
    assert (said.status_code, shown.answer) == (422, "not_interested")


def test_an_answer_that_somebody_corrected_meanwhile_is_not_overwritten(world, customer, client_of):
    """The form was opened while another answer stood."""
    shown = brief(customer, by=world.mei, products=list(world.products.values()))
    answer(shown, by=world.mei, answer="wants", wanted=[shown.items.first()])
    lose(Intention.objects.get(), by=world.mei, reason="答复记错了")
    page = client_of(world.users["mei"])
    form = answering(page, shown)
    correct_answer(shown, by=world.heyuan, words="客户其实不要", now="not_interested")
    answer_noted = Event.objects.about(shown).filter(kind="negotiation.answered").count()
    heyuan = client_of(world.users["heyuan"])
    for who in (page, heyuan):
        said = who.post(f"/briefings/{shown.pk}/answer/", filled(form, answer="pending", words="记错了客户"))
        shown.refresh_from_db()
        assert (said.status_code, shown.answer) == (422, "not_interested")
    assert Event.objects.about(shown).filter(kind="negotiation.answered").count() == answer_noted


def test_what_no_mail_takes_to_them_is_ready_and_answers_nobody_until_its_link_is_made(world, customer, settings, client_of):
    """The first answer counts when the link was handed over, not when the briefing was saved."""
    settings.MAIL_SERVER = False
    person, mei = customer.contacts.first(), client_of(world.users["mei"])
    made = brief(customer, by=world.mei, products=list(world.products.values()), contact=person, channel="link")
    address = f"/briefings/{made.pk}/"
    page = mei.get(address).content.decode()
    assert "已备好，链接还没交给客户" in page and "已发出" not in page and "链接还没有打开过" not in page
    assert Clock.objects.open().filter(customer=customer).exists()
    make_link(made, by=world.mei)
    page = mei.get(address).content.decode()
    assert "已发出" in page and "链接还没有打开过" in page and not Clock.objects.open().filter(customer=customer).exists()


def test_a_contract_that_waits_to_be_handed_over_has_answered_nobody(world, settings):
    settings.MAIL_SERVER = False
    request = world.sent(world.take())
    assert Clock.objects.open().exists()
    hand_over_link(request, by=world.mei)
    assert not Clock.objects.open().exists()


@pytest.mark.parametrize("channel", ["person", "tablet", "link"])
def test_a_briefing_keeps_the_language_that_it_was_given_in(world, customer, channel):
    """The one of the letter: what they chose, else what number, country and name propose; without a contact, what the company's do."""
    german = world.take(company="Nordlicht GmbH", name="Anna Berg", emails=["a@nordlicht.example"], phones=["+49 30 1234567"])
    edit_customer(german, by=world.mei, revision=german.revision, values={"country": "DE"})
    for whose, language in ((customer, "zh"), (Customer.objects.get(pk=german.pk), "en")):
        contact = whose.contacts.get()
        assert brief(whose, by=world.mei, products=[world.products["TR20"]], contact=contact, channel=channel).language[:2] == language
        if channel == "link":
            assert Letter.objects.latest("id").language[:2] == language
        else:
            assert brief(whose, by=world.mei, products=[world.products["TR20"]], channel=channel).language[:2] == language
