"""301: what a line of an intention says, and the last three prices beside it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from boothline.catalogue.products import Step, add_product, edit_variant
from boothline.contracts.agreement import Term, edit_version, prepare
from boothline.contracts.establishment import decline, send
from boothline.core import clock
from boothline.core.actors import SYSTEM, Actor
from boothline.core.errors import Refused
from boothline.core.rules import RuleSetting
from boothline.customers.card import Consent
from boothline.customers.dealings import Noted, note
from boothline.intentions.collection import collect, wanted_first
from boothline.intentions.expansion import Proposed, accept, prepare_expansion, send_expansion
from boothline.intentions.models import Intention, IntentionLine
from boothline.intentions.products import Wish, add_line, edit_line, open_intention
from boothline.intentions.quotation import quote, send_quotation
from boothline.negotiation.briefing import Wanted, answer, brief, choose
from boothline.orders.models import Order
from boothline.timeline.models import Event
from tests.suites.paper import filled, form_with

pytestmark = pytest.mark.django_db


def test_a_line_names_product_variant_or_a_described_special_product(world):
    product, variant = world.products["TR20"], world.products["PN60"].variants.get()
    wanted_on = clock.today() + timedelta(days=40)
    full = Wish(variant=variant, quantity=Decimal(5), price=Decimal(40), target_price=Decimal(38), wanted_on=wanted_on, probability=60)
    intention = open_intention(world.take(), by=world.mei, wishes=[Wish(product=product), full, Wish(special="定制支架")])
    one, two, three = intention.lines.all()
    assert (one.product, one.variant, one.quantity) == (product, product.variants.get(), None), "the only variant is chosen"
    assert (two.product, two.variant, two.quantity, two.price) == (world.products["PN60"], variant, 5, 40)
    assert (two.target_price, two.wanted_on, two.probability, intention.currency) == (38, wanted_on, 60, "CNY")
    assert (three.product, three.special, str(three)) == (None, "定制支架", "定制支架")
    assert {line.probability for line in (one, three)} == {30}, "by default 0.30"
    RuleSetting.objects.create(code="intentions.probability", value="45")
    assert add_line(intention, by=world.mei, wish=Wish(special="灯带")).probability == 45


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "product"),
        ({"special": "灯", "quantity": Decimal(0)}, "quantity"),
        ({"special": "灯", "price": Decimal(-1)}, "price"),
        ({"special": "灯", "probability": 101}, "probability"),
        ({"special": "灯", "wanted_on": date(9999, 12, 31)}, "wanted_on"),
    ],
)
def test_refused(world, wrong, field):
    with pytest.raises(Refused) as refused:
        open_intention(world.take(), by=world.mei, wishes=[Wish(**wrong)])
    assert refused.value.field == field
    assert not Intention.objects.exists() and not Event.objects.filter(kind="intentions.opened").exists()


def test_a_year_typed_wrong_is_refused_in_the_collection_too(world):
    intention = world.intend(world.take(), complete=False)
    with pytest.raises(Refused, match="两年") as refused:
        collect(intention, by=world.mei, revision=0, values={"wanted_on": date(9999, 12, 31)})
    assert refused.value.field == "wanted_on"
    line = intention.lines.first()
    with pytest.raises(Refused):
        edit_line(line, by=world.mei, revision=line.revision, values={"wanted_on": clock.today() + timedelta(days=731)})


def test_a_price_that_is_hardly_meant_is_asked_about_once(world, client_of):
    """Of a new intention, a line that is added, a line that is edited and a draft; what stands there already was meant."""
    customer, mei = world.take(), client_of(world.users["mei"])
    variant = world.products["TR20"].variants.first()
    values = {"variant": variant.pk, "quantity": "10", "price": "0.0001", "currency": "CNY"}
    new = f"/customers/{customer.pk}/intentions/new/"
    asked = mei.post(new, values)
    assert asked.status_code == 422 and not Intention.objects.exists()
    page = asked.content.decode()
    assert f"{variant.sku}：0.0001 比目录价" in page and 'name="is_sure"' in page
    assert mei.post(new, values | {"is_sure": "on"}).status_code == 302
    (line,) = Intention.objects.get().lines.all()
    assert line.price == Decimal("0.0001")
    edit = reverse("intention-line", args=[line.pk])
    kept = {"revision": line.revision, "quantity": "10", "price": "0.0001", "variant": variant.pk}
    assert mei.post(edit, kept | {"quantity": "11"}).status_code == 302, "it was meant"
    line.refresh_from_db()
    assert mei.post(edit, kept | {"revision": line.revision, "price": "0.01"}).status_code == 422
    assert mei.post(reverse("intention-line-new", args=[line.intention_id]), values | {"price": str(variant.price)}).status_code == 302


def test_the_source_is_kept(world):
    customer = world.take()
    shown = brief(customer, by=world.mei, products=list(world.products.values()))
    answer(shown, by=world.mei, answer="wants", wanted=list(shown.items.all()))
    assert Intention.objects.get().source == "briefing"
    assert open_intention(customer, by=world.mei, wishes=[Wish(special="灯")]).source == "staff"


def test_the_probability_is_changed_on_the_page(world, client_of):
    line = open_intention(world.take(), by=world.mei, wishes=[Wish(special="灯", quantity=Decimal(3))]).lines.get()
    client = client_of(world.users["mei"])
    assert "成交可能性 30%" in client.get(f"/intentions/{line.intention_id}/").content.decode()
    values = {"revision": line.revision, "quantity": "3", "probability": "80"}
    assert client.post(f"/intention-lines/{line.pk}/edit/", values).status_code == 302
    line.refresh_from_db()
    assert (line.probability, line.quantity) == (80, 3)


def test_price_memory_is_the_last_three_of_briefing_quotation_contract_and_order(world, client_of):
    """Kind, date, quantity, price, currency, discount, who; newest first, what was cancelled struck through."""
    customer = world.take()
    brief(customer, by=world.mei, products=[world.products["TR20"]])
    first = world.intend(customer)
    contact = customer.contacts.get()
    send_quotation(quote(first, by=world.mei), by=world.mei, contact=contact, channel="wechat", step_holds=True)
    client = client_of(world.users["mei"])

    def beside(address: str = "") -> list[str]:
        page = client.get(address or f"/intentions/{Intention.objects.order_by('id').last().pk}/").content.decode()
        starts = "给该客户的最近三次价" if "orders" in address else '<span class="xs mut">TR20-1'
        line = page.split(starts, 1)[1].split("</tr>", 1)[0]
        found = re.findall(r'<span class="xs mut">((?:产品详解|报价单|合同|订单) .*?)</span>', line)
        return [re.sub(r"\s+", " ", words) for words in found]

    today = f"{clock.today().month}月{clock.today().day}日"
    assert len(beside()) == 2
    assert all(today in said for said in beside())
    assert "10 × ¥100.00" in beside()[0] and beside()[0].startswith("报价单") and beside()[0].endswith("Mei")
    assert "¥68.50" in beside()[1] and beside()[1].startswith("产品详解")
    asked = send(prepare(first, by=world.mei).newest, by=world.mei)
    decline(asked, by=world.guest(asked), reason="price")
    assert [said.split()[0] for said in beside()] == ["合同", "报价单", "产品详解"]
    assert "<s>¥100.00</s>" in beside()[0] and "<s>" not in beside()[1]
    world.confirm(send(prepare(Intention.objects.get(), by=world.mei).newest, by=world.mei))
    open_intention(customer, by=world.mei, wishes=[Wish(variant=world.products["TR20"].variants.get())])
    # the contract that they declined said the same on the same day: the one that stands says it for both
    assert [said.split()[0] for said in beside()] == ["订单", "合同", "报价单"]
    order = Order.objects.get()
    for page in (f"/contracts/{order.contract.number}/", f"/orders/{order.number}/"):
        assert [said.split()[0] for said in beside(page)] == ["订单", "合同", "报价单"], page
        assert "10 × ¥100.00" in beside(page)[0] and not any("<s>" in said for said in beside(page))


def test_pieces_are_whole_and_days_lie_ahead(world):
    """Nobody ships half a lamp or wants it yesterday; metres have parts."""
    variant = world.products["PN60"].variants.get()
    customer = world.take()
    for wish, field in (
        (Wish(variant=variant, quantity=Decimal("1.5")), "quantity"),
        (Wish(variant=variant, quantity=Decimal(1), wanted_on=clock.today() - timedelta(days=1)), "wanted_on"),
    ):
        with pytest.raises(Refused) as refused:
            open_intention(customer, by=world.mei, wishes=[wish])
        assert refused.value.field == field
    type(variant.product).objects.filter(pk=variant.product_id).update(unit="米")
    variant.product.refresh_from_db()
    assert open_intention(customer, by=world.mei, wishes=[Wish(variant=variant, quantity=Decimal("1.5"))]).lines.get().quantity == Decimal(
        "1.5"
    )


def two_kinds(world, black=Decimal(99)):
    """A product of two variants: whoever names it has not said which."""
    kinds = [{"sku": "TWO-W", "price": Decimal(10)}, {"sku": "TWO-B", "words": "黑", "words_latin": "black", "price": black}]
    return add_product(by=SYSTEM, code="TWO", name="两色灯", name_latin="Two colours", variants=kinds)


def test_a_variant_that_nobody_chose_is_not_chosen_for_a_briefing(world):
    customer = world.take()
    briefing = brief(customer, by=world.mei, products=[two_kinds(world)], contact=customer.contacts.first(), channel="link")
    guest = Actor(kind="guest", id=customer.contacts.first().pk, name="x", customer_id=customer.pk)
    choose(briefing, by=guest, wanted=[Wanted(briefing.items.get(), Decimal(10))])
    line = IntentionLine.objects.get()
    assert (line.product.code, line.variant, line.quantity, line.price) == ("TWO", None, 10, None)


def test_the_price_that_was_shown_stands_where_every_variant_has_it(world):
    customer = world.take()
    briefing = brief(customer, by=world.mei, products=[two_kinds(world, black=Decimal(10))], contact=customer.contacts.first())
    answer(briefing, by=world.mei, answer="wants", wanted=list(briefing.items.all()))
    line = IntentionLine.objects.get()
    assert (line.variant, line.price) == (None, 10)


def test_the_variant_that_is_chosen_fills_an_empty_price_with_that_of_the_customer(world, client_of):
    customer, product = world.take(), two_kinds(world)
    white, black = product.variants.order_by("sku").reverse()
    note(customer, "order", customer, [Noted(product, black, Decimal(90), "CNY", Decimal(1))], by=SYSTEM)
    lines = open_intention(customer, by=world.mei, wishes=[Wish(product=product, quantity=Decimal(5)) for _n in range(2)]).lines.all()
    mei = client_of(world.users["mei"])
    for line, variant in zip(lines, (white, black), strict=True):
        assert "所选规格给该客户的价格" in mei.get(f"/intention-lines/{line.pk}/edit/").content.decode()
        mei.post(
            f"/intention-lines/{line.pk}/edit/", {"revision": line.revision, "quantity": "5", "variant": variant.pk, "probability": "30"}
        )
    assert list(IntentionLine.objects.values_list("variant", "price")) == [(white.pk, 10), (black.pk, 90)]
    line = IntentionLine.objects.first()
    mei.post(f"/intention-lines/{line.pk}/edit/", {"revision": line.revision, "quantity": "5", "variant": white.pk, "price": ""})
    assert IntentionLine.objects.get(pk=line.pk).price is None  # taken out by hand: nobody chose anything


def test_an_empty_price_is_the_one_agreed_with_the_customer_whoever_writes_the_wish_down(world, client_of):
    """They ordered it at 60.00 of 68.50; in another currency nothing is known."""
    customer, track = world.take(), world.products["TR20"].variants.get()
    note(customer, "order", customer, [Noted(track.product, track, Decimal(60), "CNY", Decimal(10))], by=SYSTEM)
    mei = client_of(world.users["mei"])
    wish = {"variant": track.pk, "quantity": "5", "price": ""}
    for currency, price in (("CNY", Decimal(60)), ("USD", None)):
        assert mei.post(reverse("intention-new", args=[customer.pk]), wish | {"currency": currency}).status_code == 302
        assert IntentionLine.objects.latest("id").price == price
    first = Intention.objects.earliest("id")
    assert mei.post(reverse("intention-line-new", args=[first.pk]), wish | {"price": "55"}).status_code == 302
    assert IntentionLine.objects.latest("id").price == 55, "what was typed stands"


def test_the_day_by_which_a_line_is_wanted_is_proposed_as_the_shipping_date(world, client_of):
    customer, mei = world.take(), client_of(world.users["mei"])
    days = [clock.today() + timedelta(days=n) for n in (40, 30)]
    wishes = [Wish(special="x", wanted_on=day) for day in days]
    made = open_intention(customer, by=world.mei, wishes=wishes)
    assert f'value="{days[1].isoformat()}"' in mei.get(f"/intentions/{made.pk}/collection/").content.decode()
    assert "wanted shipping date missing" in mei.get(f"/intentions/{made.pk}/", headers={"accept-language": "en"}).content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=35), tick=False):
        assert wanted_first(made) == days[0]


def test_what_they_ordered_last_is_meant_by_a_proposal_and_its_page_says_so(world, client_of):
    customer, product = world.take(), two_kinds(world)
    white, black = product.variants.order_by("sku").reverse()
    Consent.objects.create(contact=customer.contacts.first(), purpose="follow_up", how="spoken")
    for variant, ago in ((white, 9), (black, 5)):
        day = clock.today() - timedelta(days=ago)
        note(customer, "order", customer if variant == white else product, [Noted(product, variant, Decimal(90), "CNY")], by=SYSTEM, on=day)
    made = prepare_expansion(customer, by=world.mei, kind="reorder", items=[Proposed(product, Decimal(10))], words="x")
    made = send_expansion(made, by=world.mei, contact=customer.contacts.first())
    assert "TWO-B 黑" in client_of(world.users["mei"]).get(f"/expansions/{made.pk}/").content.decode()
    accept(made, by=Actor(kind="guest", id=made.contact_id, name="x", customer_id=customer.pk), wanted={made.items.get().pk: Decimal(10)})
    line = IntentionLine.objects.get()
    assert (line.variant, line.price) == (black, 90)


def test_nor_for_an_expansion_request(world):
    customer = world.take()
    Consent.objects.create(contact=customer.contacts.first(), purpose="follow_up", how="spoken")
    made = prepare_expansion(customer, by=world.mei, kind="related", items=[Proposed(two_kinds(world), Decimal(10))], words="x")
    made = send_expansion(made, by=world.mei, contact=customer.contacts.first())
    accept(made, by=Actor(kind="guest", id=made.contact_id, name="x", customer_id=customer.pk), wanted={made.items.get().pk: Decimal(10)})
    assert IntentionLine.objects.get().variant is None


def test_of_two_windows_only_what_both_changed_is_asked(world, client_of):
    """A variant that nobody chose is no change of theirs; the days are written as people write them."""
    intention = open_intention(world.take(), by=world.mei, wishes=[Wish(product=world.products["TR20"], quantity=Decimal(10))])
    line = intention.lines.get()
    mei, address = client_of(world.users["mei"]), f"/intention-lines/{line.pk}/edit/"
    seen = form_with(mei.get(address).content, "wanted_on")
    first, second = clock.today() + timedelta(days=40), clock.today() + timedelta(days=50)
    chosen = filled(seen, variant=world.products["TR20"].variants.first().pk, wanted_on=first.isoformat())
    assert mei.post(address, chosen).status_code == 302
    shown = mei.post(address, filled(seen, wanted_on=second.isoformat()))
    page = shown.content.decode()
    assert shown.status_code == 409 and 'type="radio" name="keep_wanted_on"' in page
    assert 'type="radio" name="keep_variant"' not in page, "the second window left it alone"
    told = re.sub(r"<[^>]+>", "", page)
    assert clock.day_words(first) in told and clock.day_words(second) in told and first.isoformat() not in told


def test_of_two_who_edit_a_line_the_later_one_is_asked_about_what_both_changed_in_the_words_of_people(world, client_of):
    customer, product = world.take(), two_kinds(world)
    line = open_intention(customer, by=world.mei, wishes=[Wish(product=product, quantity=Decimal(5))]).lines.get()
    client, page, english = client_of(world.users["mei"]), f"/intention-lines/{line.pk}/edit/", {"accept-language": "en"}
    opened = client.get(page, headers=english).content.decode()
    was = re.search(r'name="was" value="([^"]*)"', opened)[1]
    typed = {"revision": line.revision, "was": was, "quantity": "5", "probability": "30"}
    mine, theirs = (date(clock.today().year + 1, 2, n) for n in (10, 11))
    client.post(page, typed | {"variant": product.variants.first().pk, "price": "97.5", "wanted_on": theirs.isoformat()})
    shown = client.post(page, typed | {"price": "98.75", "wanted_on": mine.isoformat()}, headers=english)
    words = shown.content.decode()
    assert shown.status_code == 409 and f"10 Feb {mine.year}" in words and f"11 Feb {mine.year}" in words and "98.75" in words
    table = words.split('<table class="vs">')[1].split("</table>")[0]
    assert "not chosen yet" not in words and "Variant" not in table and "Quantity" not in table


def test_what_changed_of_a_line_is_told_in_the_language_of_the_reader(world):
    line = open_intention(world.take(), by=world.mei, wishes=[Wish(product=two_kinds(world), quantity=Decimal(5))]).lines.get()
    variant = line.product.variants.first()
    edit_line(line, by=world.mei, revision=line.revision, values={"variant": variant, "probability": 50})
    event = Event.objects.get(kind="intentions.line_edited")
    with override("zh-hans"):
        assert event.shown_changes() == [("规格", "–", str(variant)), ("成交可能性，%", "30", "50")]


@pytest.fixture
def stepped(world):
    """An intended line of 500 track lights at their list price; from 1,000 pieces the list says 63.50."""
    variant = world.products["TR20"].variants.get()
    steps = [Step(Decimal(500), Decimal("66.00")), Step(Decimal(1000), Decimal("63.50"))]
    edit_variant(variant, by=SYSTEM, revision=variant.revision, values={}, steps=steps)
    variant.refresh_from_db()
    wish = Wish(variant=variant, quantity=Decimal(500), price=Decimal("66.00"))
    return open_intention(world.take(), by=world.mei, wishes=[wish]).lines.get()


@pytest.mark.parametrize(("quantity", "typed", "price"), [
    ("1000", "66", "63.50"), ("100", "66", "68.50"), ("500", "66", "66.00"), ("1000", "65", "65.00"), ("1000", "68.50", "68.50"),
])  # fmt: skip
def test_a_list_price_goes_with_the_quantity_and_a_typed_one_stays(world, client_of, stepped, quantity, typed, price):
    mei, at = client_of(world.users["mei"]), f"/intention-lines/{stepped.pk}/edit/"
    form = form_with(mei.get(at).content.decode(), "price")
    assert mei.post(at, filled(form, quantity=quantity, price=typed)).status_code == 302
    stepped.refresh_from_db()
    assert (stepped.quantity, stepped.price) == (Decimal(quantity), Decimal(price))


def test_who_typed_an_own_price_takes_the_step_by_one_press(world, client_of, stepped):
    edit_line(stepped, by=world.mei, revision=stepped.revision, values={"quantity": Decimal(1000), "price": Decimal(65)})
    mei = client_of(world.users["mei"])
    page, at = f"/intentions/{stepped.intention_id}/", f"/intention-lines/{stepped.pk}/step-price/"
    body = mei.get(page).content.decode()
    assert "此数量的阶梯价：" in body and f'action="{at}"' in body and "改为" in body
    for _press in range(2):
        assert mei.post(at)["Location"] == page
        stepped.refresh_from_db()
        assert stepped.price == Decimal("63.50")
    assert f'action="{at}"' not in mei.get(page).content.decode()


def test_a_draft_goes_with_its_quantity_too(world, stepped):
    world.collect(stepped.intention)
    version = prepare(Intention.objects.get(), by=world.mei).newest
    edit_version(version, by=world.mei, revision=version.revision, values={}, terms=[Term(1, Decimal(1000), Decimal("66.00"))])
    assert version.lines.get().price == Decimal("63.50")
    version.refresh_from_db()
    edit_version(version, by=world.mei, revision=version.revision, values={}, terms=[Term(1, Decimal(1000), Decimal("64.00"))])
    assert version.lines.get().price == Decimal("64.00")
